"""Makers of the lists, people, letters and campaigns that these tests talk about, and of races."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from campaigns.models import Campaign
from campaigns.services import drafting
from campaigns.services.drafting import Draft
from contacts.models import Contact, List, Subscription, SubscriptionState
from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Brand
from mailhub.lib import addresses
from mailhub.lib.errors import UserError
from tests import factories

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = "<html><body><p>Hello {{ contact.first_name | default: 'you' }}</p></body></html>"


def make_list(*, slug: str = "news", people: Sequence[str] = (), tracking: str = "") -> List:
    """A list of the one brand, with `people` (addresses) subscribed."""
    brand = Brand.objects.first() or factories.make_brand()
    made = List.objects.create(name=slug.capitalize(), slug=slug, brand=brand, tracking=tracking)
    for address in people:
        join(made, address)
    return made


def join(list_: List, address: str, *, state: str = SubscriptionState.SUBSCRIBED) -> Contact:
    parsed = addresses.parse(address)
    contact, _ = Contact.objects.get_or_create(
        email_key=parsed.key,
        defaults={
            "email": parsed.typed,
            "address": parsed.ascii,
            "address_hash": address_hash(parsed.key),
        },
    )
    Subscription.objects.create(contact=contact, list=list_, state=state)
    return contact


def make_letter(*, subject: str = "News", body: str = BODY) -> LetterVersion:
    """A letter as it is in the database, unchecked."""
    letter = Letter.objects.create(name="News", kind="html")
    version = LetterVersion.objects.create(letter=letter, number=1, default_locale="en")
    LetterVariant.objects.create(version=version, locale="en", subject=subject, body=body)
    return version


def make_campaign(
    *, lists: Sequence[List] = (), letter_version: LetterVersion | None = None, **fields: Any
) -> Campaign:
    """A draft that may be sent as it is, unless `fields` say otherwise."""
    wanted = {
        "name": "Spring",
        "brand": lists[0].brand if lists else Brand.objects.first() or factories.make_brand(),
        "sender_address": factories.SENDER,
        "allow_unverified": True,
        **fields,
    }
    draft = Draft(lists=lists, **wanted)
    return drafting.create(draft, letter_version=letter_version or make_letter(), now=NOW)


def at_once(*acts: Callable[[], None]) -> list[str]:
    """Run `acts` on connections of their own; "done" or the refusal of each."""
    answers: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
            answers.append("done")
        except UserError as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

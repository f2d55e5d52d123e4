"""The small world that the examples of the API speak of, and the numbers of its things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from campaigns.models import Campaign
from campaigns.services import drafting, lifecycle
from campaigns.services.drafting import Draft
from contacts.exporting import files
from contacts.importing import drafts, jobs
from contacts.importing.terms import Terms
from contacts.models import BulkJob, Contact, Import, List, OptIn
from contacts.segments.tree import EVERYBODY
from contacts.selectors.browsing import Choice, Filter
from contacts.services import consent, people
from contacts.services.evidence import Evidence
from mailhub.content import previewing
from mailhub.content.api.images import PIXEL
from mailhub.content.models import LetterVersion
from mailhub.content.services import images, letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Brand, Message, SendingDomain, Suppression
from mailhub.delivery.services import events, senders, suppression
from mailhub.lib import clock
from mailhub.web.api.operations import Ref
from tests import factories

Numbers = Mapping[str, int]
STATES = ("draft", "scheduled", "doubtful", "sending", "paused")


def make() -> dict[str, int]:
    """Everything that an example may name → its number."""
    brand = factories.make_brand(sender_address=factories.SENDER)
    news = List.objects.create(
        name="News",
        slug="news",
        brand=brand,
        public=True,
        opt_in=OptIn.DOUBLE,
        description="What is new in the shop, once a month.",
    )
    field = people.define_field("shoe_size", label="Shoe size", kind="number")
    ann = people.create(
        "ann@example.org",
        values={"first_name": "Ann", "last_name": "Lee", "locale": "en", "city": "Leeds", "source": "shop"},
        custom={"shoe_size": 39},
    )
    people.add_tags(ann, ["VIP"])
    evidence = Evidence(ip="203.0.113.9", wording="Yes, send me news once a month.")
    assert consent.grant(ann, news, method="form", source="sign-up form", evidence=evidence)
    fair, checked = _imports(news)
    bo = address_hash("bo@example.com")
    suppression.suppress(bo, reason="manual", note="asked by phone")
    version = _letter()
    sender = senders.add(brand, name="Shop", address=factories.SENDER)
    domain = SendingDomain.objects.create(name="shop.example", brand=brand)
    return {
        **_campaigns(brand, news, version, ann),
        "export": _export().pk,
        "image": images.add(PIXEL.encode("latin-1"), name="logo.gif").image.pk,
        "suppression": Suppression.objects.get(address_hash=bo).pk,
        "letter": version.letter_id,
        "version": version.pk,
        "unused_letter": _letter().letter_id,
        "sender": sender.pk,
        "domain": domain.pk,
        "import": fair.pk,
        "checked_import": checked.pk,
        "brand": brand.pk,
        "list": news.pk,
        "field": field.pk,
        "other_tag": people.get_tag("Regulars").pk,
        "contact": ann.pk,
        "tag": ann.tags.get().pk,
    }


def _campaigns(brand: Brand, news: List, version: LetterVersion, ann: Contact) -> dict[str, int]:
    """One in each state in which something can be done with it; Ann has clicked in the one under way."""
    made = {name: _campaign(brand, news, version).pk for name in STATES}
    now = clock.now()
    lifecycle.schedule(made["scheduled"], at=now + timedelta(days=1))
    for name in ("doubtful", "sending", "paused"):
        lifecycle.launch(made[name], now=now)
    lifecycle.pause(made["paused"])
    message = Message.objects.get(dispatch=Campaign.objects.get(pk=made["sending"]).dispatch_id)
    click = events.NewEvent(
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        contact_id=ann.pk,
        address_hash=ann.address_hash,
        type="clicked",
        occurred_at=now,
        dedupe_key="click",
        grade="human",
        link_number=1,
    )
    (event,) = events.record([click])
    doubtful = Message.objects.get(dispatch=Campaign.objects.get(pk=made["doubtful"]).dispatch_id)
    Message.objects.filter(pk=doubtful.pk).update(state="uncertain", reason="no_answer", settled_at=now)
    return {
        **made,
        "dispatch": message.dispatch_id,
        "message": message.pk,
        "doubtful_message": doubtful.pk,
        "event": event,
    }


def _campaign(brand: Brand, news: List, version: LetterVersion) -> Campaign:
    draft = Draft(
        name="Spring",
        brand=brand,
        lists=[news],
        sender_name="Shop",
        sender_address=factories.SENDER,
        utm={"utm_source": "newsletter"},
        allow_unverified=True,
    )
    return drafting.create(draft, letter_version=version, now=clock.now())


def _letter() -> LetterVersion:
    variant = VariantSource(
        "markdown", "en", 'Spring is here, {{ contact.first_name | default: "friend" }}', "Hello.\n"
    )
    return letters.create(
        "Spring", kind="markdown", variants=[variant], default_locale="en", schema=previewing.schema()
    )


def _export() -> BulkJob:
    job = files.begin(
        Choice(Filter("", EVERYBODY), asked_at=clock.now()),
        words="",
        column_keys=["email", "city"],
        total=1,
        by=None,
    )
    files.write(job.pk)
    return job


def _imports(news: List) -> tuple[Import, Import]:
    """One that is over and has an error file, and one that was counted."""
    fair = _draft(news, "email\nann@example.org\nnobody\n")
    drafts.start(fair)
    jobs.perform(fair.pk)
    return fair, _draft(news, "email\nbo@example.com\n")


def _draft(news: List, text: str) -> Import:
    run = drafts.create(ContentFile(text.encode()), name="fair.csv")
    drafts.choose_terms(run, list_=news, terms=Terms("sign-up sheet, spring fair 2026"))
    drafts.begin_check(run)
    jobs.check(run.pk)
    run.refresh_from_db()
    return run


def real(value: Any, numbers: Numbers) -> Any:
    """`value` with the world's numbers in the place of the examples'."""
    if isinstance(value, Ref):
        return numbers[value.name]
    if isinstance(value, Mapping):
        return {name: real(each, numbers) for name, each in value.items()}
    if isinstance(value, list):
        return [real(each, numbers) for each in value]
    return value

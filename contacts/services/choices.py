"""Does what somebody chose on the preference page."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from contacts.models import ConsentMethod, Contact
from contacts.selectors.standing import Offer
from contacts.services import consent, people
from contacts.services.evidence import NOTHING_KNOWN, Evidence

METHOD = ConsentMethod.PREFERENCES


@transaction.atomic
def choose(
    contact: Contact,
    offers: Iterable[Offer],
    *,
    wanted: Collection[int],
    shown: Collection[int],
    evidence: Evidence = NOTHING_KNOWN,
) -> None:
    """The contact is on the `wanted` lists and on no other of the `shown` ones.

    Both are list ids from the page. What was not shown, or is no longer offered, is not touched.
    """
    for offer in offers:
        list_ = offer.list
        if list_.pk not in shown or (list_.pk in wanted) == offer.on:
            continue
        if offer.on:
            consent.withdraw(contact, list_, method=METHOD, evidence=evidence)
        else:
            # By a link in the person's own mailbox: as good as a confirmation.
            consent.grant(contact, list_, method=METHOD, confirmed=True, evidence=evidence)


def speak(contact: Contact, *, locale: str) -> Contact:
    """Letters and pages come in this language from now on."""
    return people.update(contact, values={"locale": locale})

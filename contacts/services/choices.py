"""Does what somebody chose on the preference page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from contacts.models import ConsentMethod, Contact
from contacts.selectors.standing import Offer
from contacts.services import consent, people, wishes
from contacts.services.evidence import NOTHING_KNOWN, Evidence
from contacts.services.fields import InvalidValue

METHOD = ConsentMethod.PREFERENCES
# The person's own data beside the custom fields that they may change.
OWN_FIELDS = ("first_name", "last_name")


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


def tell(contact: Contact, *, values: Mapping[str, str], custom: Mapping[str, str]) -> Contact:
    """The person's own data is as they say; raises InvalidValue. What they may not change is left alone."""
    own = {name: value for name, value in values.items() if name in OWN_FIELDS}
    return people.update(contact, values=own, custom=custom)


def want(contact: Contact, *, often: str) -> None:
    """How often letters come: `all`, `weekly`, or none for 30 or 90 days; anything else changes nothing."""
    try:
        if often in ("all", "weekly"):
            wishes.receive(contact, frequency="" if often == "all" else often)
        elif often.isdecimal():
            wishes.pause(contact, days=int(often[:4]))
    except InvalidValue:
        # Not one of the page's own choices: whoever made it up keeps what there was.
        return

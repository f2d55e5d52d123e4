"""A contact's new address, and the lists that only the old one has confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from contacts.models import Contact, List, OptIn, SubscriptionState
from contacts.services import consent
from contacts.services.evidence import Evidence
from mailhub.accounts.models import ApiKey
from mailhub.delivery.hashing import address_hash
from mailhub.lib import addresses
from mailhub.web import problems
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem


def check(contact: Contact, *, email: str | None, source: str) -> list[List]:
    """The lists with double opt-in that the contact is on, when `email` is another address.

    Raises 409 when there are some and `source` does not say why they may be sent there: nobody has confirmed
    them at the new address. Raises Invalid for a `source` without a new address.
    """
    if email is None or address_hash(addresses.parse(email).key) == contact.address_hash:
        if source:
            raise Invalid("consent_source", "This goes with a new email, and there is none.")
        return []
    lists = List.objects.filter(
        opt_in=OptIn.DOUBLE,
        subscriptions__contact=contact,
        subscriptions__state=SubscriptionState.SUBSCRIBED,
    )
    found = list(lists.select_related("brand").order_by("pk"))
    if found and not source:
        names = ", ".join(f"“{list_.name}”" for list_ in found[:5])
        told = (
            f"Nobody confirmed {names} at the new address. Say how you know that the person wants the letters "
            "there (consent_source), or unsubscribe the old address and subscribe the new one, which is asked."
        )
        raise Fault(Problem(problems.CONFLICT, told))
    return found


def record(contact: Contact, lists: Sequence[List], *, source: str, key: ApiKey) -> None:
    """The proof for the new address, beside what the old one confirmed."""
    evidence = Evidence(actor=f"API key {key.name}")
    for list_ in lists:
        consent.grant(contact, list_, method="api", source=source, evidence=evidence)

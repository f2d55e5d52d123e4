"""Carries out what the API says of somebody's consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.models import Contact, List, OptIn, Subscription
from contacts.selectors import standing
from contacts.services import consent, people, signups
from contacts.services.evidence import Evidence
from mailhub.accounts.models import ApiKey
from mailhub.delivery.hashing import address_hash
from mailhub.lib.addresses import Address
from mailhub.web import problems
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem

METHOD = "api"


def person(said: Mapping[str, Any]) -> tuple[Contact, bool]:
    """Who is meant, and whether the contact was made for this. Raises Invalid, InvalidAddress."""
    if "email" in said:
        return people.get_or_create(said["email"], values={"source": METHOD})
    found = Contact.objects.filter(pk=said["contact_id"]).first()
    if found is None:
        raise Invalid("contact_id", f"There is no contact {said['contact_id']}.")
    return found, False


def subscribe(
    contact: Contact, list_: List, said: Mapping[str, Any], *, key: ApiKey, brought_contact: bool
) -> Subscription:
    """The person is on the list, or asked by mail. 409 for somebody who must be asked and was not."""
    proof = said.get("consent") or {}
    if said.get("opt_in", list_.opt_in) == OptIn.DOUBLE:
        # For this request alone, never saved: the caller wants the person asked where the list does not.
        list_.opt_in = OptIn.DOUBLE
        signups.start(
            contact,
            list_,
            method=METHOD,
            source=proof.get("source", ""),
            evidence=evidence(proof, key=key),
            brought_contact=brought_contact,
        )
    elif not proof:
        raise Invalid(
            "consent", "Say where this person agreed (consent.source), or ask them (opt_in double)."
        )
    elif not _grant(contact, list_, proof, key=key):
        told = " ".join(standing.why_not(contact, lists=[list_]))
        advice = "Only their own confirmation brings them back: send opt_in double."
        raise Fault(Problem(problems.CONFLICT, f"{told} {advice}"))
    found = Subscription.objects.select_related("list").filter(contact=contact, list=list_).first()
    if found is None:
        raise Fault(
            Problem(problems.CONFLICT, "This person was asked a short while ago; nothing was changed.")
        )
    return found


def evidence(proof: Mapping[str, Any], *, key: ApiKey) -> Evidence:
    """The circumstances as the caller tells them; the key answers for them."""
    return Evidence(
        ip=proof.get("ip"),
        user_agent=proof.get("user_agent", ""),
        wording=proof.get("wording", ""),
        form_version=proof.get("form_version", ""),
        actor=f"API key {key.name}",
    )


def known_or_hash(address: Address) -> Contact | str:
    """The contact of the address; for one that is not known, its hash."""
    hashed = address_hash(address.key)
    return Contact.objects.filter(address_hash=hashed).first() or hashed


def _grant(contact: Contact, list_: List, proof: Mapping[str, Any], *, key: ApiKey) -> bool:
    return consent.grant(
        contact,
        list_,
        method=METHOD,
        basis=proof["basis"],
        basis_expires_at=proof["basis_expires_at"],
        source=proof["source"],
        evidence=evidence(proof, key=key),
    )

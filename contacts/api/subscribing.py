"""Carries out what the API says of somebody's consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.models import Contact, List, OptIn, Subscription
from contacts.services import consent, people, signups
from contacts.services.evidence import Evidence
from mailhub.accounts.models import ApiKey
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.services import suppression
from mailhub.lib.addresses import Address
from mailhub.web import problems
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem

METHOD = "api"
# What signing up anew does not lift (rules 2.3).
FINAL = ("hard_bounce", "invalid", "complaint", "manual")
_STOPPED = (
    "The address is suppressed ({reason}, for {scope}): nothing can be mailed to it, and opt_in double does not "
    "help. If it is a mistake, lift suppression {id} first."
)
_LEFT = (
    "This person left the list, or all letters, or their mailbox was full time and again. Only their own "
    "confirmation brings them back: send opt_in "
    "double, and they are asked by mail."
)


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
    """The person is on the list, or asked by mail. 409 for somebody who must be asked and was not, and for
    an address that gets no mail, not even the question."""
    proof = said.get("consent") or {}
    _require_reachable(contact, list_)
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
        raise Fault(Problem(problems.CONFLICT, _LEFT))
    found = Subscription.objects.select_related("list").filter(contact=contact, list=list_).first()
    if found is None:
        raise Fault(
            Problem(problems.CONFLICT, "This person was asked a short while ago; nothing was changed.")
        )
    return found


def _require_reachable(contact: Contact, list_: List) -> None:
    """Raises 409 with the reason when even their own confirmation would not bring letters to the person."""
    scopes = [list_.key, f"brand:{list_.brand_id}"]
    found = suppression.stopping(contact.address_hash, scope_keys=scopes, obeyed=FINAL)
    if found is not None:
        detail = _STOPPED.format(
            reason=found.get_reason_display(), scope=found.scope_key or "everything", id=found.pk
        )
        raise Fault(Problem(problems.CONFLICT, detail, more={"reason": found.reason}))


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

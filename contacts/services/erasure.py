"""Erases a person: everything that names them goes, every counter stays, and no import can mail them again."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from contacts.models import (
    Confirmation,
    ConsentRecord,
    Contact,
    LeavingReason,
    LinkRequest,
    SignUp,
    SignUpState,
)
from contacts.services import leftovers
from contacts.services.leftovers import Traces
from mailhub.accounts.services import audit
from mailhub.accounts.services import forgetting as staff_forgetting
from mailhub.content.services import forgetting as content_forgetting
from mailhub.delivery.services import forgetting as delivery_forgetting


def erase(contact_id: int, *, actor: str, request: HttpRequest | None = None) -> bool:
    """Nothing names the person afterwards, in any room; False when there was nobody.

    Left are consent records without contact, IP and agent; events and rows of the ledger that name nobody;
    and the keyed hash in the suppressions, reason `erased`, so that nobody brings them back unasked
    (rules 1.12). They themselves may: confirming a sign-up lifts it. `actor` goes into the audit log.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
        if contact is None:
            return False
        traces = _traces(contact)
        files = leftovers.forget(traces)
        _forget_people(traces)
        contact.delete()
        delivery_forgetting.forget(traces.hashes, addresses=traces.addresses)
        staff_forgetting.forget("contacts.contact", contact_id, words=traces.words)
        content_forgetting.forget(traces.words)
        audit.record(request, "contact.erased", label=f"#{contact_id}", actor=actor)
    for storage, name in files:
        storage.delete(name)
    return True


def _traces(contact: Contact) -> Traces:
    earlier = ConsentRecord.objects.filter(contact=contact).values_list("address_hash", flat=True)
    asked = Confirmation.objects.filter(contact=contact).values_list("address_hash", flat=True)
    addresses = {contact.email, contact.email_key, contact.address}
    # A first name alone names half of a city; both together name somebody.
    names = (
        {f"{contact.first_name} {contact.last_name}"} if contact.first_name and contact.last_name else set()
    )
    return Traces(
        contact.pk,
        hashes=frozenset({contact.address_hash, *earlier, *asked}),
        words=frozenset(addresses | names),
        addresses=frozenset(addresses),
    )


def _forget_people(traces: Traces) -> None:
    """What of this room does not go with the contact."""
    records = ConsentRecord.objects.filter(contact_id=traces.contact_id)
    records.update(ip=None, user_agent="")
    ConsentRecord.objects.filter(address_hash__in=traces.hashes).update(ip=None, user_agent="")
    LeavingReason.objects.filter(address_hash__in=traces.hashes).update(
        address_hash="", text="", contact=None
    )
    LinkRequest.objects.filter(address_hash__in=traces.hashes).delete()
    sign_ups = SignUp.objects.filter(address_hash__in=traces.hashes)
    sign_ups.filter(state=SignUpState.WAITING).update(state=SignUpState.DROPPED)
    sign_ups.update(address_hash="", email="", values={}, custom={}, ip=None, user_agent="", problem="")

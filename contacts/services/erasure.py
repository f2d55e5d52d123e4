"""Erases a person: everything that names them goes, every counter stays, and no import can mail them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from contacts.importing import uploads
from contacts.models import (
    Confirmation,
    ConsentRecord,
    Contact,
    Import,
    ImportChange,
    ImportState,
    LeavingReason,
    LinkRequest,
    SignUp,
    SignUpState,
)
from mailhub.accounts.services import audit
from mailhub.accounts.services import forgetting as staff_forgetting
from mailhub.content.services import forgetting as content_forgetting
from mailhub.delivery.services import forgetting as delivery_forgetting

ERASED = "[erased]"
OVER = (ImportState.FINISHED, ImportState.FAILED, ImportState.UNDONE)


@dataclass(frozen=True, slots=True)
class Traces:
    """How a person is found: `hashes` of all addresses that they had here, `words` that name them."""

    contact_id: int
    hashes: frozenset[str]
    words: frozenset[str]
    addresses: frozenset[str]


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
        runs = _imports(traces)
        _forget_people(traces)
        contact.delete()
        delivery_forgetting.forget(traces.hashes, addresses=traces.addresses)
        staff_forgetting.forget("contacts.contact", contact_id, words=traces.words)
        content_forgetting.forget(traces.words)
        audit.record(request, "contact.erased", label=f"#{contact_id}", actor=actor)
    for run in runs:
        uploads.forget(run)
        uploads.forget_errors(run)
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
    for changes in (
        ImportChange.objects.filter(contact_id=traces.contact_id),
        ImportChange.objects.filter(address_hash__in=traces.hashes),
    ):
        changes.update(before={}, address_hash="")


def _imports(traces: Traces) -> list[Import]:
    """Takes the person out of what imports show; those whose files hold them, to be deleted whole."""
    ids = set(ImportChange.objects.filter(contact_id=traces.contact_id).values_list("run_id", flat=True))
    holding = []
    for run in Import.objects.filter(state__in=OVER).exclude(upload="", error_upload="", error_file=""):
        # Who was unchanged or refused has no change; a file that was kept may hold anybody.
        if run.pk in ids or _file_holds(run, traces):
            holding.append(run)
    for run in Import.objects.exclude(look={}, check_result={}, choices={}):
        _clean_run(run, traces)
    return holding


def _clean_run(run: Import, traces: Traces) -> None:
    before = (run.look, run.check_result, run.choices)
    after = tuple(_cleaned(value, traces.words) for value in before)
    if after != before:
        look, check_result, choices = after
        Import.objects.filter(pk=run.pk).update(look=look, check_result=check_result, choices=choices)


def _cleaned(value: Any, words: frozenset[str]) -> Any:
    """The JSON value with every text that holds one of the words replaced."""
    if isinstance(value, dict):
        return {key: _cleaned(item, words) for key, item in value.items()}
    if isinstance(value, list):
        if any(isinstance(item, str) and _holds(item, words) for item in value):
            # A row of samples: what stands beside an address is the same person's.
            return [ERASED if isinstance(item, str) else item for item in value]
        return [_cleaned(item, words) for item in value]
    return ERASED if isinstance(value, str) and _holds(value, words) else value


def _holds(text: str, words: frozenset[str]) -> bool:
    folded = text.casefold()
    return any(word.casefold() in folded for word in words)


def _file_holds(run: Import, traces: Traces) -> bool:
    """Whether a kept file of the run has one of the addresses; a workbook is taken to have it."""
    if run.upload.endswith(".xlsx"):
        return True
    return any(_holds_bytes(name, traces.addresses) for name in (run.upload, run.error_upload) if name)


def _holds_bytes(name: str, addresses: frozenset[str]) -> bool:
    if not uploads.storage().exists(name):
        return False
    sought = {spelt.casefold().encode(encoding) for spelt in addresses for encoding in ("utf-8", "utf-16-le")}
    kept = b""
    with uploads.storage().open(name, "rb") as file:
        for chunk in file.chunks(1 << 20):
            window = kept + chunk.lower()
            if any(word in window for word in sought):
                return True
            kept = window[-1_000:]
    return False

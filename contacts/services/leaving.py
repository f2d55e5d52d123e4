"""What the unsubscribe link of a letter does: leave the list that it names, and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from contacts.models import Contact, List
from contacts.selectors import people, standing
from contacts.services import consent
from contacts.services.evidence import NOTHING_KNOWN, Evidence
from mailhub.delivery.services import events
from mailhub.delivery.tokens import Payload
from mailhub.lib import clock


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who the letter went to: the hash of the address at that time, and the contact if it still is there."""

    contact: Contact | None
    hashed: str

    def persons(self) -> list[Contact | str]:
        """The contact, and the address of the letter where the contact has another by now."""
        if self.contact is None:
            return [self.hashed] if self.hashed else []
        same = self.hashed in ("", self.contact.address_hash)
        return [self.contact] if same else [self.contact, self.hashed]


@transaction.atomic
def leave(payload: Payload, *, method: str, evidence: Evidence = NOTHING_KNOWN) -> None:
    """The reader of the letter gets nothing of its list any more; nothing at all when it was to no list,
    or to one that is gone.

    Works twice, and when list, contact, campaign and ledger row are gone. In the database when it
    returns (RFC 8058 lets the mailbox provider trust the answer).
    """
    now = clock.now()
    reader = _reader(payload)
    for person in reader.persons():
        source = _source(payload)
        if payload.list_id:
            consent.withdraw(person, payload.list_id, method=method, source=source, evidence=evidence)
        if not List.objects.filter(pk=payload.list_id).exists():
            # A list that is gone may be made anew under another number; nobody is to be mailed by that.
            consent.withdraw_everything(person, method=method, source=source, evidence=evidence)
    _record_event(payload, reader, evidence=evidence, now=now)


@transaction.atomic
def come_back(payload: Payload, *, method: str, evidence: Evidence = NOTHING_KNOWN) -> bool:
    """Undo `leave` by the same link or page; False when there is nothing to undo (`consent.restore`)."""
    reader = _reader(payload)
    restored = False
    for person in reader.persons():
        for list_ in _lists_to_restore(payload, reader, method=method):
            arguments = {"method": method, "source": _source(payload)}
            restored |= consent.restore(person, list_, **arguments, evidence=evidence)
    return restored


def _reader(payload: Payload) -> _Reader:
    contact = people.by_token(contact_id=payload.contact_id, address_hash=payload.address_hash)
    return _Reader(contact, payload.address_hash)


def _lists_to_restore(payload: Payload, reader: _Reader, *, method: str) -> list[int]:
    if payload.list_id:
        return [payload.list_id]
    if reader.contact is None:
        return []
    return standing.recently_left(reader.contact, method=method, now=clock.now())


def _source(payload: Payload) -> str:
    return f"letter {payload.dispatch_id}/{payload.message_id}" if payload.dispatch_id else ""


def _record_event(payload: Payload, reader: _Reader, *, evidence: Evidence, now: datetime) -> None:
    if not payload.dispatch_id:
        return
    whose = payload.message_id or payload.address_hash
    event = events.NewEvent(
        dispatch_id=payload.dispatch_id,
        message_id=payload.message_id or None,
        contact_id=reader.contact.pk if reader.contact else None,
        address_hash=payload.address_hash,
        type="unsubscribed",
        occurred_at=now,
        # Once a letter, however often the button is pressed.
        dedupe_key=f"unsubscribed:{payload.dispatch_id}:{whose}",
        ip=evidence.ip,
        user_agent=evidence.user_agent,
        grade="human",
    )
    events.record([event])

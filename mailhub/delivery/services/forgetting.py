"""Takes a person out of the post office: the counters stay, and nothing tells any more whose they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from mailhub.delivery.models import (
    AddressRecord,
    CapturedLetter,
    Dispatch,
    Due,
    Event,
    Message,
    PreparedLetter,
    Suppression,
)
from mailhub.delivery.models.ledger import MessageState, Stream
from mailhub.delivery.services import suppression
from mailhub.lib import clock, sql

OPEN = (MessageState.QUEUED, MessageState.DEFERRED)


@transaction.atomic
def forget(hashes: Collection[str], *, addresses: Collection[str]) -> None:
    """Nothing here names these addresses afterwards but the suppression `erased`, by keyed hash.

    What had not left yet is skipped; rows of the ledger and events stay without address, agent and place,
    so that every count is as before. Letters to them alone, and captured ones, are gone.
    """
    rows = _rows(hashes)
    typed = set(addresses)
    for dispatch_id, message_ids in rows.items():
        typed |= _forget_rows(dispatch_id, message_ids)
    known = Q(address_hash__in=hashes)
    Event.objects.filter(known).update(contact_id=None, address_hash="", ip=None, user_agent="", detail={})
    CapturedLetter.objects.filter(rcpt_to__in=typed).delete()
    AddressRecord.objects.filter(known).delete()
    Suppression.objects.filter(known).update(note="")
    for hashed in hashes:
        suppression.suppress(hashed, reason="erased", source="erasure")


def _rows(hashes: Collection[str]) -> dict[int, set[int]]:
    """The person's rows of the ledger: dispatch id → message ids."""
    found: dict[int, set[int]] = defaultdict(set)
    for hashed in hashes:
        for row in sql.rows("mailhub.delivery", "list_messages_of_address", {"address_hash": hashed}):
            found[row["dispatch_id"]].add(row["id"])
    # A flow's rows have keys of their own; what happened to their letters tells of them.
    events = Event.objects.filter(address_hash__in=hashes, message_id__isnull=False)
    for dispatch_id, message_id in events.values_list("dispatch_id", "message_id").distinct():
        found[dispatch_id].add(message_id or 0)
    return found


def _forget_rows(dispatch_id: int, message_ids: Iterable[int]) -> set[str]:
    """Blank the person's rows of one dispatch; the addresses that stood in them."""
    mine = Message.objects.filter(dispatch_id=dispatch_id, id__in=list(message_ids))
    typed = set(mine.values_list("address", flat=True))
    ids = list(mine.values_list("id", flat=True))
    Due.objects.filter(dispatch_id=dispatch_id, message_id__in=ids, in_flight=False).delete()
    mine.filter(state__in=OPEN).update(
        state=MessageState.SKIPPED, reason="suppressed", settled_at=clock.now()
    )
    mine.update(
        # The key has to stay one of its kind in the dispatch.
        recipient_key=Concat(Value("erased:"), Cast("id", CharField(max_length=32))),
        address="",
        address_hash="",
        contact_id=None,
        locale="",
        # Servers repeat the address in their answers.
        reply="",
    )
    Event.objects.filter(dispatch_id=dispatch_id, message_id__in=ids).update(
        contact_id=None, address_hash="", ip=None, user_agent="", detail={}
    )
    CapturedLetter.objects.filter(dispatch_id=dispatch_id, message_id__in=ids).delete()
    _forget_letter(dispatch_id)
    return typed - {""}


def _forget_letter(dispatch_id: int) -> None:
    """A ready-made letter names whom it was for; it goes when nobody else still waits for it."""
    if not Dispatch.objects.filter(pk=dispatch_id, stream=Stream.TRANSACTIONAL).exists():
        return
    waiting = Message.objects.filter(dispatch_id=dispatch_id, state__in=(*OPEN, MessageState.CLAIMED))
    if not waiting.exclude(address="").exists():
        PreparedLetter.objects.filter(dispatch_id=dispatch_id).update(mime=b"")

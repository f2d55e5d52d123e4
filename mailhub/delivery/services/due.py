"""Row-by-row work: leases what is due, marks what may be on the wire, takes it off or sets it anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mailhub.delivery.models import Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, MessageState
from mailhub.delivery.services.claims import LEASE
from mailhub.delivery.services.results import PACKAGE
from mailhub.lib import clock, process, sql

# How many rows one claim takes: a small letter among them must not wait for many others.
WINDOW = 50


@dataclass(frozen=True, slots=True)
class DueClaim:
    """The rows of one dispatch that one claim took; `lease_until` with the owner names the claim."""

    dispatch_id: int
    lease_until: datetime
    owner: str
    message_ids: tuple[int, ...]


def claim(lane: str) -> list[DueClaim]:
    """Lease up to a window of what is due in a lane, grouped by dispatch."""
    now = clock.now()
    owner, lease_until = process.owner(), now + LEASE
    with transaction.atomic():
        found = sql.rows(
            PACKAGE,
            "claim_due",
            {
                "lane": lane,
                "now": now,
                "lease_until": lease_until,
                "owner": owner,
                "size": WINDOW,
                "no": False,
            },
        )
    grouped: dict[int, list[int]] = {}
    for row in found:
        grouped.setdefault(row["dispatch_id"], []).append(row["message_id"])
    return [DueClaim(key, lease_until, owner, tuple(sorted(ids))) for key, ids in sorted(grouped.items())]


def mark_in_flight(held: DueClaim, *, message_ids: Sequence[int]) -> bool:
    """Commit that these letters may leave from now on: the intent mark of row-by-row work.

    False when the dispatch no longer sends or somebody else holds the rows.
    """
    with transaction.atomic():
        sending = Dispatch.objects.select_for_update().filter(
            pk=held.dispatch_id, state=DispatchState.SENDING
        )
        if not sending.exists():
            return False
        marked = _held(held).filter(message_id__in=message_ids).update(in_flight=True)
        if marked != len(message_ids):
            transaction.set_rollback(True)
            return False
        Message.objects.filter(
            dispatch_id=held.dispatch_id,
            id__in=message_ids,
            state__in=[MessageState.QUEUED, MessageState.DEFERRED],
        ).update(state=MessageState.CLAIMED)
    return True


def take_off(held: DueClaim, *, message_ids: Sequence[int]) -> None:
    """These rows are settled; call it in the transaction that settles them."""
    _held(held).filter(message_id__in=message_ids).delete()


def set_anew(
    held: DueClaim, *, moments: Mapping[int, datetime], resent: Collection[int] = frozenset()
) -> None:
    """Try these rows again, each at its moment; call it in the transaction that defers them.

    Those of `resent` were in doubt: they go once more, and not a third time.
    """
    for message_id, at in moments.items():
        row = _held(held).filter(message_id=message_id)
        if message_id in resent:
            row.update(resent=True)
        row.update(due_at=at, lease_until=None, owner="", in_flight=False)


def give_back(held: DueClaim) -> None:
    """What of the claim was not tried is due again at once; what was `claimed` counts as deferred."""
    with transaction.atomic():
        rest = list(_held(held).values_list("message_id", flat=True))
        Message.objects.filter(dispatch_id=held.dispatch_id, id__in=rest, state=MessageState.CLAIMED).update(
            state=MessageState.DEFERRED
        )
        _held(held).update(lease_until=None, owner="", in_flight=False)


def schedule(
    dispatch: Dispatch, *, moments: Mapping[int, datetime], resent: Collection[int] = frozenset()
) -> None:
    """Rows of a chunk that were deferred become due one by one, each at its moment; `resent` as above."""
    Due.objects.bulk_create(
        [
            Due(
                dispatch=dispatch,
                message_id=message_id,
                lane=dispatch.lane,
                due_at=at,
                resent=message_id in resent,
            )
            for message_id, at in moments.items()
        ],
        ignore_conflicts=True,
    )


def locked(held: DueClaim) -> list[Due]:
    """The claim's rows that may be on the wire, locked until the transaction ends."""
    return list(_held(held).select_for_update().filter(in_flight=True))


def _held(held: DueClaim) -> QuerySet[Due]:
    return Due.objects.filter(dispatch_id=held.dispatch_id, owner=held.owner, lease_until=held.lease_until)

"""Does it add up? Reads what became of a dispatch's rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from mailhub.delivery.models import Dispatch, Message


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows of one dispatch by state; `planned` is what was recorded when it was made."""

    planned: int
    queued: int = 0
    claimed: int = 0
    deferred: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Rows that are still to be tried."""
        return self.queued + self.claimed + self.deferred

    @property
    def settled(self) -> int:
        return self.sent + self.failed + self.skipped + self.uncertain + self.cancelled

    @property
    def adds_up(self) -> bool:
        return self.planned == self.open + self.settled


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many rows of a state have one reason, such as skipped, suppressed, 12."""

    state: str
    reason: str
    count: int


def balance(dispatch_id: int) -> Balance:
    """The balance of a dispatch; of zeros when it does not exist."""
    planned = Dispatch.objects.filter(pk=dispatch_id).values_list("planned_count", flat=True).first()
    counts = (
        Message.objects.filter(dispatch_id=dispatch_id)
        .order_by()
        .values_list("state")
        .annotate(n=Count("id"))
    )
    return Balance(planned=planned or 0, **dict(counts))


def reasons(dispatch_id: int) -> list[ReasonCount]:
    """Why rows are as they are, most frequent first."""
    counts = (
        Message.objects.filter(dispatch_id=dispatch_id)
        .exclude(reason="")
        .order_by()
        .values_list("state", "reason")
        .annotate(n=Count("id"))
    )
    found = [ReasonCount(state, reason, count) for state, reason, count in counts]
    return sorted(found, key=lambda row: (-row.count, row.state, row.reason))

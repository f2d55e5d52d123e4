"""Imports as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from contacts.models import Import, ImportState
from mailhub.lib import clock

AT_WORK = (ImportState.RUNNING, ImportState.UNDOING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker is: rows done and to do, rows a second, and what is left at that pace."""

    is_at_work: bool
    label: str
    done: int
    total: int
    rows_per_second: int
    remaining: timedelta | None

    @property
    def remaining_seconds(self) -> int | None:
        return None if self.remaining is None else max(1, round(self.remaining.total_seconds()))

    @property
    def remaining_minutes(self) -> int | None:
        return None if self.remaining is None else round(self.remaining.total_seconds() / 60)


def runs() -> QuerySet[Import]:
    return Import.objects.select_related("list", "created_by")


def progress(run: Import) -> Progress:
    at_work = run.state in AT_WORK or bool(run.phase)
    done, total = run.phase_done_count, run.phase_total_count
    if not at_work or run.phase_started_at is None or not done:
        return Progress(at_work, run.get_phase_display(), done, total, 0, None)
    seconds = max((clock.now() - run.phase_started_at).total_seconds(), 0.001)
    # What an earlier process did is no work of this one.
    begun = run.look.get("resumed_row", 0) if run.phase == "importing" else 0
    pace = max(done - begun, 0) / seconds
    left = timedelta(seconds=max(total - done, 0) / pace) if pace and total else None
    return Progress(at_work, run.get_phase_display(), done, total, round(pace), left)


def changed_anything(run: Import) -> bool:
    """Whether there is something to take back."""
    return bool(run.created_count or run.updated_count or run.suppressed_count)

"""Takes back what an import did, as far as nobody has built upon it since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from contacts.importing import runs, undoing
from contacts.importing.watching import Nobody, Watch
from contacts.models import Import, ImportChange, ImportState
from mailhub.delivery.services import suppression
from mailhub.lib import clock, doorbell, queues, sql
from mailhub.lib.errors import UserError

PEOPLE_AT_ONCE = 1_000
TASK = "contacts.undo_import"
UNDOABLE = (ImportState.FINISHED, ImportState.FAILED)
# What the decision calls the contacts that stay, and why.
STAYING = ("gone", "edited", "mailed", "subscribed")
EVERYBODY = 2**63 - 1


class NothingToUndo(UserError):
    """The import is not over, or its undo has begun."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the undo would do, counted: contacts to delete, to put back, and those that stay by their reason."""

    deleted: int
    restored: int
    unchanged: int
    stays: dict[str, int]
    restored_but_changed: int
    subscriptions: int
    suppressions: int

    @property
    def staying(self) -> int:
        return sum(self.stays.values())


def foresee(run: Import) -> Forecast:
    """What `begin` would set going, now. One pass over what the import changed; writes nothing."""
    inner = sql.load("contacts", "undo_decide")
    statement = f"SELECT kind, deed, act, COUNT(*) FROM ({inner}) AS decided GROUP BY kind, deed, act"
    deeds: Counter[tuple[str, str]] = Counter()
    acts = 0
    with connection.cursor() as cursor:
        cursor.execute(statement, sql.adapted(_range(run, after=0, upto=EVERYBODY)))
        for kind, deed, act, count in cursor.fetchall():
            deeds[kind, deed] += count
            acts += count if act else 0
    return Forecast(
        deleted=deeds["created", "delete"],
        restored=deeds["updated", "restore"],
        unchanged=deeds["updated", "same"],
        stays={why: deeds["created", why] for why in STAYING if deeds["created", why]},
        restored_but_changed=deeds["updated", "edited"] + deeds["updated", "gone"],
        subscriptions=acts,
        suppressions=suppression.count_from(source_of(run), since=run.started_at),
    )


def begin(run: Import, *, by: str = "") -> None:
    """The undo goes on in the background from now on; twice is the same as once. Raises NothingToUndo."""
    with transaction.atomic():
        found = Import.objects.select_for_update().get(pk=run.pk)
        if found.state in (ImportState.UNDOING, ImportState.UNDONE):
            return
        if found.state not in UNDOABLE:
            raise NothingToUndo(_("Only an import that is over can be undone."))
        found.state, found.owner, found.undo_position, found.undo_counts = ImportState.UNDOING, "", 0, {}
        found.choices = {**found.choices, "undone_by": by}
        found.save(update_fields=["state", "owner", "undo_position", "undo_counts", "choices"])
        doorbell.ring(TASK, run.pk, queue=queues.IMPORTS)


def perform(run: Import, *, actor: str, watch: Watch | None = None) -> Import:
    """Everything that can be taken back is; goes on where an interrupted undo stopped.

    Contacts that the import made go, unless they were mailed, edited or subscribed elsewhere since; changed
    ones get their former values, unless somebody edited them since. Subscriptions go back to what they were
    wherever the import's act was the last, with a record of it: consent records themselves are never taken
    away. Raises runs.TakenOver.
    """
    watch = watch or Nobody()
    run = runs.take_undo(run.pk)
    with runs.released_on_failure(run):
        while (upto := _next(run)) is not None:
            _undo_batch(run, upto=upto, actor=actor)
            watch.merged(_done(run))
        _finish(run)
    return run


def source_of(run: Import) -> str:
    """How the suppressions that an import wrote say where they come from begin."""
    return f"import {run.pk}: "


def _next(run: Import) -> int | None:
    """The last contact of the next batch."""
    following = ImportChange.objects.filter(run=run, contact_id__gt=run.undo_position).order_by("contact_id")
    numbers = following.values_list("contact_id", flat=True)[:PEOPLE_AT_ONCE]
    return max(numbers, default=None)


def _undo_batch(run: Import, *, upto: int, actor: str) -> None:
    with transaction.atomic():
        runs.hold(run, state=ImportState.UNDOING)
        undoing.lock(run, after=run.undo_position, upto=upto)
        decisions = _decide(run, upto=upto)
        now = clock.now()
        undoing.take_back_consent(run, decisions, actor=actor, now=now)
        undoing.take_back_tags(decisions)
        undoing.restore(decisions)
        undoing.delete(decisions)
        _advance(run, decisions, upto=upto, now=now)


def _decide(run: Import, *, upto: int) -> list[undoing.Decision]:
    rows = sql.rows("contacts", "undo_decide", _range(run, after=run.undo_position, upto=upto))
    return [_decision(row) for row in rows]


def _decision(row: dict[str, Any]) -> undoing.Decision:
    before = row["before"]
    return undoing.Decision(
        contact_id=row["contact_id"],
        address_hash=row["address_hash"],
        kind=row["kind"],
        deed=row["deed"],
        act=row["act"],
        before=json.loads(before) if isinstance(before, str) else before,
        subscription_before=row["subscription_before"],
        changed_at=sql.moment(row["changed_at"]),
        contact_updated_at=sql.moment(row["contact_updated_at"]),
    )


def _advance(run: Import, decisions: Sequence[undoing.Decision], *, upto: int, now: datetime) -> None:
    counts = Counter(run.undo_counts)
    for decision in decisions:
        counts[f"{decision.kind}_{decision.deed}"] += 1
        counts["people"] += 1
        counts["subscriptions"] += bool(decision.act)
    run.undo_counts, run.undo_position, run.heartbeat_at = dict(counts), upto, now
    run.save(update_fields=["undo_counts", "undo_position", "heartbeat_at"])


def _finish(run: Import) -> None:
    """The suppressions last: until then nobody may be mailed whom the file kept out."""
    with transaction.atomic():
        runs.hold(run, state=ImportState.UNDOING)
        lifted = suppression.lift_from(source_of(run), since=run.started_at)
        run.undo_counts = {**run.undo_counts, "suppressions": lifted}
        run.state, run.undone_at, run.owner = ImportState.UNDONE, clock.now(), ""
        run.save(update_fields=["undo_counts", "state", "undone_at", "owner"])


def _done(run: Import) -> int:
    return int(run.undo_counts.get("people", 0))


def _range(run: Import, *, after: int, upto: int) -> dict[str, Any]:
    return {
        "run_id": run.pk,
        "list_id": run.list_id or 0,
        "started_at": run.started_at,
        "after": after,
        "upto": upto,
    }

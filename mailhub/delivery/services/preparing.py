"""Decides for each claimed row, at the last moment: a letter, or the reason why there is none."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailhub.delivery import contracts
from mailhub.delivery.contracts import Envelope, MergeData, Refusal
from mailhub.delivery.models import Dispatch
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.services import composing, rows
from mailhub.delivery.services.results import Result
from mailhub.delivery.services.rows import Row
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Prepared:
    """Letters ready to leave, and the rows that were settled without one."""

    envelopes: list[Envelope] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)


def prepare(dispatch: Dispatch, batch: Sequence[Row], *, now: datetime) -> Prepared:
    """One envelope or one result for each row: deadline, suppression, its moment, consent, merge data.

    A letter that can't be rendered for one person is that row's failure, with its reason; the others go.
    """
    prepared = Prepared(rows={row.recipient.message_id: row for row in batch})
    open_rows = []
    for row in batch:
        refusal = _too_late(dispatch, now) or _suppressed(row)
        if refusal:
            prepared.results.append(refusal_result(row, refusal))
        elif row.not_before and row.not_before > now:
            prepared.results.append(Result(row, MessageState.DEFERRED, "not_before", again_at=row.not_before))
        else:
            open_rows.append(row)
    _compose(dispatch, open_rows, prepared)
    return prepared


def refusal_result(row: Row, refusal: Refusal) -> Result:
    return Result(row, MessageState.SKIPPED, refusal.reason, refusal.detail)


def _too_late(dispatch: Dispatch, now: datetime) -> Refusal | None:
    if dispatch.deadline_at and now > dispatch.deadline_at:
        return Refusal("too_late", f"Its deadline was {dispatch.deadline_at:%Y-%m-%d %H:%M} UTC.")
    return None


def _suppressed(row: Row) -> Refusal | None:
    if not row.stopped:
        return None
    return Refusal("unsubscribed" if row.stopped == "unsubscribed" else "suppressed", row.stopped)


def _compose(dispatch: Dispatch, open_rows: list[Row], prepared: Prepared) -> None:
    if not open_rows:
        return
    source = contracts.source(dispatch.source)
    answers = source.resolve([row.recipient for row in open_rows], dispatch=rows.facts(dispatch))
    composer = composing.composer(dispatch)
    for row in open_rows:
        answer = answers.get(row.recipient.message_id, Refusal("unknown_recipient"))
        if isinstance(answer, Refusal):
            prepared.results.append(refusal_result(row, answer))
        else:
            _compose_one(composer, row, answer, prepared)


def _compose_one(composer: composing.Composer, row: Row, merge: MergeData, prepared: Prepared) -> None:
    try:
        prepared.envelopes.append(composer.compose(row.recipient, merge))
    except UserError as error:
        prepared.results.append(Result(row, MessageState.FAILED, "cannot_render", str(error)[:300]))
    except Exception as error:  # One person's data must never stop the letter of all the others.
        logger.exception("Composing message %s failed", row.recipient.message_id)
        prepared.results.append(Result(row, MessageState.FAILED, "cannot_render", repr(error)[:300]))

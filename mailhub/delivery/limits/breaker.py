"""The circuit breaker: counts answers as they come, stops a campaign or a route that goes badly, tells staff."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.limits import answers, configured, health
from mailhub.delivery.limits.counters import Unreachable
from mailhub.delivery.limits.health import Counts, Crossing
from mailhub.delivery.models import BreakerTrip, Chunk, Dispatch, Event
from mailhub.delivery.models.events import EventType
from mailhub.delivery.services import ledger, waking
from mailhub.lib import clock

BOUNCES = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
# What results.py writes of an answer on the wire; `look` has counted it already.
ON_THE_WIRE = "smtp_reply"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a dispatch stands: `stopped` with a sentence, or how many letters of this sender may be out at a time."""

    stopped: bool
    sentence: str = ""
    window: int | None = None


def look(
    dispatch_id: int, route_key: str, outcomes: Sequence[Outcome], *, now: datetime | None = None
) -> Standing:
    """Count the answers to a window and stop what goes badly.

    Call it after the results are committed. A stopped dispatch is paused and announced like any that the
    post office pauses by itself; a stopped route holds what `limits.admit` is asked for. `window` is the
    most that this sender should have out from now on (None: nobody knows), so that all senders together stop within
    200 letters of a crossing. Without Valkey nothing is counted and nothing stops.
    """
    moment = now or clock.now()
    route_name = configured.of_route(route_key).name_of(route_key)
    counted = _counted(outcomes)
    try:
        counts = answers.add_to_dispatch(dispatch_id, route_name, counted)
        route = answers.add_to_route(route_name, counted, now=moment)
    except Unreachable as error:
        logger.warning("Valkey does not answer (%s): the circuit breaker counts nothing.", error)
        return Standing(False)
    if stop := _stop_dispatch(dispatch_id, route_name, counts, moment):
        return Standing(True, stop.sentence)
    _stop_route(route_name, route, moment)
    return Standing(False, window=_window(dispatch_id, counts))


def hear(event_ids: Sequence[int], *, now: datetime | None = None) -> None:
    """Count bounces and complaints that came back later, and stop what goes badly."""
    moment, found = now or clock.now(), dict[int, Counter[str]]()
    wanted = Event.objects.filter(pk__in=event_ids, type__in=[*BOUNCES, EventType.COMPLAINED])
    for dispatch_id, kind, rule in wanted.values_list("dispatch_id", "type", "rule"):
        if rule != ON_THE_WIRE:
            word = "complained" if kind == EventType.COMPLAINED else "bounced"
            found.setdefault(dispatch_id, Counter())[word] += 1
    for dispatch_id, counted in found.items():
        _hear(dispatch_id, counted, moment)


def clear_route(route_name: str, *, now: datetime) -> bool:
    """Staff let a stopped route go on; it is judged by what comes from now on. False if it was not stopped."""
    standing = BreakerTrip.objects.filter(dispatch=None, route_name=route_name, cleared_at=None)
    cleared = standing.update(cleared_at=now)
    answers.forget_route(route_name)
    configured.forget()
    waking.wake()
    return bool(cleared)


def _hear(dispatch_id: int, counted: Counter[str], now: datetime) -> None:
    try:
        route_name = answers.route_of(dispatch_id)
        counts = answers.add_to_dispatch(dispatch_id, route_name, counted)
        route = answers.add_to_route(route_name, counted, now=now) if route_name is not None else Counts()
    except Unreachable as error:
        logger.warning("Valkey does not answer (%s): the circuit breaker counts nothing.", error)
        return
    if not _stop_dispatch(dispatch_id, route_name, counts, now) and route_name is not None:
        _stop_route(route_name, route, now)


def _counted(outcomes: Sequence[Outcome]) -> Counter[str]:
    answered = bounced = errors = 0
    accepted = False
    for outcome in outcomes:
        if outcome.verdict is Verdict.DEFERRED:
            continue
        answered += 1
        refused = outcome.verdict is Verdict.REFUSED
        bounced += refused
        # A mailbox that does not exist (5.1.x, 5.2.x) says nothing against us.
        if refused and not outcome.enhanced.startswith(("5.1.", "5.2.")):
            errors += 1
        else:
            accepted, errors = True, 0
    return Counter(answered=answered, bounced=bounced, accepted=int(accepted), errors=errors)


def _stop_dispatch(
    dispatch_id: int, route_name: str | None, counts: Counts, now: datetime
) -> Crossing | None:
    """The crossing that stopped it now; warnings are noted on the way."""
    for crossing in health.judge(counts):
        if not crossing.stops:
            _warn(dispatch_id, "", crossing, now)
        elif ledger.pause(dispatch_id, reason=crossing.sentence, announce=True):
            _note(dispatch_id, "", crossing, now)
            # Whoever goes on is judged by what comes then, and the route by the others.
            answers.begin_anew(dispatch_id, route_name, counts, now=now)
            return crossing
    return None


def _stop_route(route_name: str, counts: Counts, now: datetime) -> None:
    for crossing in health.judge(counts):
        if crossing.stops:
            standing = BreakerTrip.objects.filter(
                dispatch=None, route_name=route_name, stops=True, cleared_at=None
            )
            if not standing.exists():
                _note(None, route_name, crossing, now)
                configured.forget()
            return
        _warn(None, route_name, crossing, now)


def _warn(dispatch_id: int | None, route_name: str, crossing: Crossing, now: datetime) -> None:
    told = BreakerTrip.objects.filter(dispatch=dispatch_id, route_name=route_name, kind=crossing.kind)
    told = told.filter(cleared_at=None)
    if not told.exists():
        _note(dispatch_id, route_name, crossing, now)


def _note(dispatch_id: int | None, route_name: str, crossing: Crossing, now: datetime) -> None:
    logger.warning("Dispatch %s, route %r: %s", dispatch_id, route_name, crossing.sentence)
    BreakerTrip.objects.create(
        dispatch_id=dispatch_id,
        route_name=route_name,
        kind=crossing.kind,
        stops=crossing.stops,
        sentence=crossing.sentence,
        tripped_at=now,
    )


def _window(dispatch_id: int, counts: Counts) -> int:
    held = Chunk.objects.filter(dispatch_id=dispatch_id, finished=False).exclude(owner="")
    senders = held.values("owner").distinct().count()
    return max(health.room(counts) // max(senders, 1), 1)


def on_events_recorded(*, event_ids: Sequence[int], **_: Any) -> None:
    """The receiver of `signals.events_recorded`."""
    hear(event_ids)


def standing_of(dispatch: Dispatch) -> list[BreakerTrip]:
    """What the breaker said of a dispatch, the newest first."""
    return list(BreakerTrip.objects.filter(dispatch=dispatch).order_by("-tripped_at", "-id"))

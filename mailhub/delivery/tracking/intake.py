"""Writes hits as graded events, and grades anew what later hits show in another light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailhub.delivery.models import Event, Message
from mailhub.delivery.models.events import EventType, Grade
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.services import events
from mailhub.delivery.tracking import grading, networks, patterns
from mailhub.delivery.tracking.hits import Hit
from mailhub.delivery.tracking.patterns import Sighting

# In these a row has no answer yet: whoever fetches its letter came before the answer was written down.
UNANSWERED = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.DEFERRED)
LOOK_AROUND = max(patterns.BURST_WITHIN, patterns.SEVERAL_LINKS_WITHIN)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the ledger says of a message that was hit."""

    contact_id: int | None
    address_hash: str
    state: str
    settled_at: datetime | None

    def age(self, at: datetime) -> timedelta | None:
        """How long it had been sent; None where the ledger does not know when."""
        if self.settled_at is not None:
            return at - self.settled_at
        return timedelta(0) if self.state in UNANSWERED else None


Letters = dict[tuple[int, int], Letter]


def write(hits: Sequence[Hit]) -> None:
    """Every hit is one event afterwards, however often it is written (its key decides).

    Who it was is the ledger's word, not the token's: where the row is gone (erased or archived), the
    event names nobody and keeps neither address nor agent. Events of the last seconds that fall into a
    pattern with these hits become `machine`. Reading them after the commit makes two writers that share
    a pattern find it: the later of them sees both halves.
    """
    if not hits:
        return
    letters = _letters(hits)
    verdicts = {hit.key: _own_verdict(hit, letters.get((hit.dispatch_id, hit.message_id))) for hit in hits}
    for key, rule in patterns.suspicious(list(_sightings(hits, letters, verdicts))).items():
        if verdicts[str(key)].grade != Grade.MACHINE:
            verdicts[str(key)] = grading.Verdict(Grade.MACHINE, rule)
    events.record(
        [_event(hit, letters.get((hit.dispatch_id, hit.message_id)), verdicts[hit.key]) for hit in hits]
    )
    for dispatch_id, (since, until) in _spans(hits).items():
        review(dispatch_id, since=since, until=until)


def review(dispatch_id: int, *, since: datetime, until: datetime) -> None:
    """Grade anew the dispatch's opens and clicks around that stretch of time.

    Only ever towards `machine`: what a rule has called so stays under the name of that rule.
    """
    recent = Event.objects.filter(
        dispatch_id=dispatch_id,
        type__in=(EventType.OPENED, EventType.CLICKED),
        occurred_at__range=(since - LOOK_AROUND, until + LOOK_AROUND),
    )
    columns = ("id", "message_id", "link_number", "ip", "rule", "occurred_at")
    sightings = [
        Sighting(event_id, dispatch_id, message_id, link_number, _network(ip, rule), occurred_at)
        for event_id, message_id, link_number, ip, rule, occurred_at in recent.values_list(*columns)
        if message_id is not None
    ]
    by_rule: dict[str, list[int]] = defaultdict(list)
    for event_id, rule in patterns.suspicious(sightings).items():
        by_rule[rule].append(int(event_id))
    for rule, ids in by_rule.items():
        suspects = Event.objects.filter(id__in=ids).exclude(grade=Grade.MACHINE)
        suspects.update(grade=Grade.MACHINE, rule=rule)


def _letters(hits: Sequence[Hit]) -> Letters:
    wanted: dict[int, set[int]] = defaultdict(set)
    for hit in hits:
        if hit.message_id:
            wanted[hit.dispatch_id].add(hit.message_id)
    columns = ("dispatch_id", "id", "contact_id", "address_hash", "state", "settled_at")
    return {
        (dispatch_id, message_id): Letter(*known)
        for wanted_dispatch_id, ids in wanted.items()
        # A row without an address is an erased person's: it is kept for the counts alone.
        for dispatch_id, message_id, *known in Message.objects.filter(
            dispatch_id=wanted_dispatch_id, id__in=ids
        )
        .exclude(address="")
        .values_list(*columns)
    }


def _own_verdict(hit: Hit, letter: Letter | None) -> grading.Verdict:
    if hit.grade:
        return grading.Verdict(hit.grade, hit.rule)
    age = letter.age(hit.occurred_at) if letter else None
    return grading.grade(
        grading.Evidence(hit.type, hit.ip, hit.user_agent, prefetch=hit.prefetch, after_sending=age)
    )


def _sightings(
    hits: Sequence[Hit], letters: Letters, verdicts: dict[str, grading.Verdict]
) -> Iterator[Sighting]:
    for hit in hits:
        if (hit.dispatch_id, hit.message_id) in letters:
            network = _network(hit.ip, verdicts[hit.key].rule)
            yield Sighting(
                hit.key, hit.dispatch_id, hit.message_id, hit.link_number, network, hit.occurred_at
            )


def _network(ip: str | None, rule: str) -> str:
    return "" if rule in grading.PROXY_RULES else networks.neighbourhood(ip or "")


def _event(hit: Hit, letter: Letter | None, verdict: grading.Verdict) -> events.NewEvent:
    return events.NewEvent(
        dispatch_id=hit.dispatch_id,
        message_id=hit.message_id if letter else None,
        contact_id=letter.contact_id if letter else None,
        address_hash=letter.address_hash if letter else "",
        type=hit.type,
        occurred_at=hit.occurred_at,
        dedupe_key=hit.key,
        grade=verdict.grade,
        rule=verdict.rule,
        link_number=hit.link_number,
        ip=(hit.ip or None) if letter else None,
        user_agent=hit.user_agent if letter else "",
    )


def _spans(hits: Sequence[Hit]) -> dict[int, tuple[datetime, datetime]]:
    """By dispatch, the first and the last moment of its hits that name a message."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for hit in hits:
        if hit.message_id:
            since, until = spans.get(hit.dispatch_id, (hit.occurred_at, hit.occurred_at))
            spans[hit.dispatch_id] = min(since, hit.occurred_at), max(until, hit.occurred_at)
    return spans

"""Asks for a window of letters which of them may leave now, and tells the rest how long to wait and why."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mailhub.delivery.contracts import DispatchFacts
from mailhub.delivery.limits import backoff, configured, counters, holding, memory, reservations, rules
from mailhub.delivery.limits.configured import Configured
from mailhub.delivery.limits.counters import Answer, Group, Need
from mailhub.delivery.limits.holding import Held
from mailhub.delivery.limits.rules import Rule
from mailhub.delivery.models import WarmUp
from mailhub.delivery.models.limits import Overflow
from mailhub.delivery.models.routes import Use
from mailhub.lib import clock, process, valkey

# The most letters that one question may be about.
LARGEST = 1_000
# As long as a sender's lease: a grant outlives every wait for a slow server (RFC 5321 4.5.3.2).
LASTS = timedelta(minutes=30)
# When Valkey does not answer nothing may leave under a limit; it is asked again after this long.
AWAY = timedelta(seconds=30)
ATTEMPTS = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Admission:
    """What may leave now, and what not.

    `admitted` are message ids in the order given; call `settle` once when they have been handed over, or
    `give_back` when none was. `held` says of each other letter until when it waits. `elsewhere` names the
    route that letters over a warm-up's cap are to take instead: ask again for these with that route.
    """

    admitted: list[int]
    held: dict[int, Held] = field(default_factory=dict)
    elsewhere: dict[int, str] = field(default_factory=dict)
    grant: str = ""
    rules_of: dict[int, tuple[int, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    @property
    def all_wait_until(self) -> datetime | None:
        """When the route and the sender take letters again: until then asking for others is in vain.

        None when nothing, or only a receiving domain, holds letters back.
        """
        return min((held.until for held in self.held.values() if held.whole), default=None)


@dataclass(slots=True)
class _Question:
    """One window of letters, sorted by what limits them."""

    rules: list[Rule] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)
    common: int = 0


def admit(
    facts: DispatchFacts,
    route_key: str,
    sending_domain: str,
    letters: Sequence[tuple[int, str]],
    *,
    now: datetime | None = None,
) -> Admission:
    """Which of `letters` (message id, receiving domain in A-labels; at most 1,000) may leave by a route now.

    In no window does more leave than a cap allows, whatever the number of workers: a letter counts in every
    window from here until it is settled. `now` is for tests; without it the clock of Valkey's server counts,
    which all workers share. One round trip as a rule; none when nothing is set. Call it outside transactions.
    """
    if not letters:
        return Admission([])
    if len(letters) > LARGEST:
        raise ValueError(f"At most {LARGEST} letters can be asked for at once, not {len(letters)}.")
    limits, moment = configured.of_route(route_key), now or clock.now()
    if limits.limits_nothing and not backoff.any_lately():
        return Admission([message_id for message_id, _ in letters])
    name = limits.name_of(route_key)
    stop = limits.stops.get(name)
    if stop and (stop.for_all or facts.stream == "marketing"):
        return _all_held(letters, holding.stopped(stop.sentence, moment))
    warm = limits.warm_ups.get((sending_domain, name))
    question = _question(limits, name, warm, letters, stream=facts.stream, now=moment)
    if not question.rules and not backoff.any_lately():
        return Admission([message_id for message_id, _ in letters])
    grant = secrets.token_hex(8)
    try:
        answer = _ask(question, grant, now)
    except counters.Unreachable as error:
        logger.warning("Valkey does not answer (%s): limited letters wait.", error)
        return _all_held(letters, holding.away(moment + AWAY))
    if answer is None:
        return _all_held(letters, holding.away(moment + AWAY))
    return _admission(facts, warm, letters, question, answer, grant)


def settle(admission: Admission, *, tried: Collection[int], now: datetime | None = None) -> None:
    """The letters `tried` were handed over, or may have been; the others of the admission were not.

    Call it right after the hand-over, whatever came of it. When Valkey does not answer, what was admitted
    goes on counting as on its way until the grant ends: never too little.
    """
    if not admission.rules:
        return
    counts = [0] * len(admission.rules)
    for message_id in set(tried) & set(admission.admitted):
        for rule in admission.rules_of[message_id]:
            counts[rule] += 1
    touched = sorted({rule for message_id in admission.admitted for rule in admission.rules_of[message_id]})
    described = [
        (counters.place(admission.rules[n]), counters.shape(admission.rules[n]), counts[n]) for n in touched
    ]
    try:
        counters.settle(admission.grant, described, now=now)
    except counters.Unreachable as error:
        logger.warning("Valkey does not answer (%s): a grant ends later.", error)


def give_back(admission: Admission, *, now: datetime | None = None) -> None:
    """None of the admitted letters was tried: their places are free again."""
    settle(admission, tried=(), now=now)


def end_grants_of_the_dead(*, now: datetime | None = None) -> int:
    """Count as sent what vanished senders were allowed to send; how many grants that were.

    A sender of this machine that no longer lives is known at once, one elsewhere by its grant's end.
    """
    moment, ended = counters.moment(_server_ms()) if now is None else now, 0
    for grant, kept in counters.grants().items():
        if process.is_gone(kept["owner"]) or counters.moment(kept["ends"]) <= moment:
            counters.settle(grant, [_kept_rule(rule) for rule in kept["rules"]], now=now)
            ended += 1
    return ended


def _kept_rule(rule: dict[str, Any]) -> tuple[str, dict[str, Any], int]:
    return rule.pop("key"), rule, int(rule.pop("tried"))


def _server_ms() -> float:
    seconds, micros = valkey.client().time()
    return float(seconds) * 1000 + float(micros) / 1000


def _question(
    limits: Configured,
    name: str,
    warm: WarmUp | None,
    letters: Iterable[tuple[int, str]],
    *,
    stream: str,
    now: datetime,
) -> _Question:
    question = _Question()
    if route := limits.routes.get(name):
        shared = route.route is None or route.route.use == Use.EVERYTHING
        spares = shared and stream == "marketing"
        found = configured.route_rules(route, now)
        question.rules += [rules.with_spare(rule) for rule in found] if spares else found
    if warm:
        question.rules += configured.warm_up_rules(warm, last=limits.last_days.get(warm.pk), now=now)
    question.common = len(question.rules)
    common, numbers = tuple(range(question.common)), dict[str, int]()
    for _, domain in letters:
        if domain not in numbers:
            numbers[domain] = len(question.groups)
            first = len(question.rules)
            if destination := limits.destination(domain):
                question.rules += configured.destination_rules(destination, domain, now)
            own = tuple(range(first, len(question.rules)))
            question.groups.append(Group((*common, *own), backoff.place(name, domain)))
        question.letters.append(numbers[domain])
    return question


def _ask(question: _Question, grant: str, now: datetime | None) -> Answer | None:
    """The script's decision, after reserving days and agreeing on a mark as it demands; None if it never ends."""
    reserved: list[tuple[int, str, int, int]] = []
    for _ in range(ATTEMPTS):
        answer = counters.admit(
            rules=question.rules,
            groups=question.groups,
            letters=question.letters,
            grant=grant,
            owner=process.owner(),
            lasts=LASTS,
            reserved=reserved,
            now=now,
        )
        if answer.lost:
            memory.begin_anew(valkey.client())
        elif answer.needs:
            # Once reserved, a day is not asked for again: this ends.
            reserved = [_reserve(question.rules[need.rule], need) for need in answer.needs]
        else:
            return answer
    logger.error("The counters of the limits did not come to a decision.")
    return None


def _reserve(rule: Rule, need: Need) -> tuple[int, str, int, int]:
    segment = next(part for part in rule.segments if part.day.isoformat() == need.label)
    kept = reservations.reserve(rule.key, segment.day, count=need.count, cap=segment.cap)
    if kept.before == 0:
        configured.note_first_letter(rule.key, segment.day)
    return need.rule, need.label, kept.before, kept.upto


def _admission(
    facts: DispatchFacts,
    warm: WarmUp | None,
    letters: Sequence[tuple[int, str]],
    question: _Question,
    answer: Answer,
    grant: str,
) -> Admission:
    admission = Admission([], grant=grant, rules=tuple(question.rules))
    way = _way_out(facts, warm)
    queue = holding.Queue(question.rules, question.common, answer)
    for (message_id, domain), group, by in zip(letters, question.letters, answer.blocked, strict=True):
        if by is None:
            admission.admitted.append(message_id)
            admission.rules_of[message_id] = question.groups[group].rules
        elif way and warm and by >= 0 and question.rules[by].key.startswith(f"warm:{warm.pk}:"):
            admission.elsewhere[message_id] = way
        else:
            admission.held[message_id] = queue.hold(by, group, domain)
    return admission


def _way_out(facts: DispatchFacts, warm: WarmUp | None) -> str:
    """The route that takes what is over a warm-up's cap; "" when it waits.

    A route set for the other stream is none: streams' addresses are never mixed (rules 3.12).
    """
    if warm is None or warm.overflow != Overflow.ROUTE or warm.overflow_route is None:
        return ""
    fits = warm.overflow_route.use in (facts.stream, Use.EVERYTHING, Use.NOTHING)
    return warm.overflow_route.name if fits else ""


def _all_held(letters: Sequence[tuple[int, str]], held: Held) -> Admission:
    return Admission([], {message_id: held for message_id, _ in letters})

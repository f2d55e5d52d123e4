"""Splits the letters of a window among routes, as far as limits let them leave now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from mailhub.delivery import limits
from mailhub.delivery.contracts import BatchResult, Envelope, Outcome
from mailhub.delivery.limits import Admission, Held, backoff, breaker, holding
from mailhub.delivery.limits.breaker import Standing
from mailhub.delivery.models import Dispatch, StoredRoute
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.services import composing, failover, routing, rows, rulebook
from mailhub.delivery.services.failover import Pick
from mailhub.delivery.services.preparing import Prepared
from mailhub.delivery.services.results import Result
from mailhub.delivery.services.routing import Candidate, Route
from mailhub.lib import addresses, clock
from mailhub.lib.errors import UserError


@dataclass(slots=True)
class Load:
    """The letters of a window that take one route; `pick` says which others could."""

    pick: Pick
    envelopes: list[Envelope]
    admission: Admission

    @property
    def route(self) -> Route:
        return self.pick.route


@dataclass(slots=True)
class Shares:
    """What may leave, by route, and what waits. `route_error`: nothing may, the route can't be told."""

    loads: list[Load] = field(default_factory=list)
    held: dict[int, Held] = field(default_factory=dict)
    all_wait_until: datetime | None = None
    route_error: str = ""

    @property
    def route_name(self) -> str:
        return self.loads[0].route.name if self.loads else ""

    @property
    def envelopes(self) -> list[Envelope]:
        return [envelope for load in self.loads for envelope in load.envelopes]

    def give_back(self) -> None:
        """None of it was handed over."""
        for load in self.loads:
            limits.give_back(load.admission)

    def without(self, *, after_id: int) -> None:
        """Leave out the letters behind a message; they are asked for anew later."""
        for load in self.loads:
            load.envelopes = [each for each in load.envelopes if each.message_id <= after_id]
        self.held = {message_id: held for message_id, held in self.held.items() if message_id <= after_id}


def share(dispatch: Dispatch, envelopes: Sequence[Envelope]) -> Shares:
    """Ask the limits for each letter. Call it outside transactions; `give_back` what does not leave."""
    shares, waits = Shares(), list[datetime | None]()
    for chain, group in _groups(dispatch, envelopes):
        if taken := failover.pick(chain):
            waits.append(_by(taken, shares, dispatch, group))
        else:
            shares.route_error = failover.sentence(chain)
    # One route that takes letters again is reason enough to ask for others.
    shares.all_wait_until = min(filter(None, waits)) if waits and all(waits) else None
    return shares


def _groups(
    dispatch: Dispatch, envelopes: Sequence[Envelope]
) -> list[tuple[tuple[Candidate, ...], Sequence[Envelope]]]:
    """The letters by what may take them."""
    book, groups = rulebook.current(), dict[rulebook.Rule | None, list[Envelope]]()
    for envelope in envelopes:
        rule = book.match(dispatch.brand_id, dispatch.stream, domain_of(envelope))
        groups.setdefault(rule, []).append(envelope)
    return [(routing.chain(rule, dispatch.stream), group) for rule, group in groups.items()]


def _by(taken: Pick, shares: Shares, dispatch: Dispatch, envelopes: Sequence[Envelope]) -> datetime | None:
    admission = _admit(dispatch, taken.route, envelopes)
    _add(shares, taken, envelopes, admission)
    for name in sorted(set(admission.elsewhere.values())):
        _overflow(shares, dispatch, name, envelopes, admission)
    return admission.all_wait_until


def _overflow(
    shares: Shares, dispatch: Dispatch, name: str, envelopes: Sequence[Envelope], first: Admission
) -> None:
    """What a warm-up sends by another route stands under that one's limits."""
    over = [each for each in envelopes if first.elsewhere.get(each.message_id) == name]
    stored = StoredRoute.objects.filter(name=name).first()
    if stored is None or not routing.may_carry(stored, dispatch.stream):
        words = _("The route %(name)s, which takes what is over the warm-up's cap, may not take it.")
        held = holding.stopped(words % {"name": name}, clock.now())
        shares.held |= {each.message_id: held for each in over}
        return
    try:
        route = routing.of(stored)
    except UserError as error:
        shares.route_error = str(error)
        return
    admission = _admit(dispatch, route, over)
    _add(shares, Pick(route, ()), over, admission)


def _add(shares: Shares, taken: Pick, envelopes: Sequence[Envelope], admission: Admission) -> None:
    admitted = set(admission.admitted)
    leaving = [envelope for envelope in envelopes if envelope.message_id in admitted]
    if leaving:
        shares.loads.append(Load(taken, leaving, admission))
    shares.held |= admission.held


def _admit(dispatch: Dispatch, route: Route, envelopes: Sequence[Envelope]) -> Admission:
    if route.captures:  # nothing leaves: no receiver has to be spared
        return Admission([envelope.message_id for envelope in envelopes])
    domain = composing.composer(dispatch).domain
    letters = [(envelope.message_id, domain_of(envelope)) for envelope in envelopes]
    return limits.admit(rows.facts(dispatch), route.name, domain, letters)


def domain_of(envelope: Envelope) -> str:
    """The receiving domain, as limits name it."""
    return addresses.domain_of(envelope.rcpt_to).lower()


def waiting(prepared: Prepared, held: Iterable[tuple[int, Held]]) -> list[Result]:
    """Letters under a limit are due when there is room; that is no try."""
    return [
        Result(
            prepared.rows[message_id],
            MessageState.DEFERRED,
            each.limit,
            each.words[:300],
            again_at=each.until,
        )
        for message_id, each in held
    ]


def failing_over(loads: Iterable[tuple[Load, BatchResult]]) -> list[tuple[Load, BatchResult]]:
    """The answers, without the error of a route whose untried letters another one takes in the next window."""
    return [(load, failover.settle(load.pick, answer)) for load, answer in loads]


def answered(loads: Iterable[tuple[Load, BatchResult]]) -> dict[int, datetime]:
    """Tell the limits what came of each load; by message id, until when a receiver wants to be spared."""
    spared: dict[int, datetime] = {}
    for load, answer in loads:
        limits.settle(load.admission, tried=[outcome.message_id for outcome in answer.outcomes])
        if not load.route.captures:
            spared |= _spared(load, answer.outcomes)
    return spared


def _spared(load: Load, outcomes: Sequence[Outcome]) -> dict[int, datetime]:
    domains = {envelope.message_id: domain_of(envelope) for envelope in load.envelopes}
    untils = backoff.note(load.route.name, [(domains[each.message_id], each) for each in outcomes])
    if not untils:
        return {}
    return {
        outcome.message_id: untils[domains[outcome.message_id]]
        for outcome in outcomes
        if domains[outcome.message_id] in untils and backoff.asks_to_slow_down(outcome)
    }


def look(dispatch: Dispatch, loads: Iterable[tuple[Load, BatchResult]]) -> list[Standing]:
    """What the circuit breaker makes of the answers; after they are committed."""
    return [
        breaker.look(dispatch.pk, load.route.name, answer.outcomes)
        for load, answer in loads
        if answer.outcomes and not load.route.captures
    ]

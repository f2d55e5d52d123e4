"""Hands envelopes to the transport of their route, with the journal open."""

from __future__ import annotations

from collections.abc import Sequence

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult, Envelope
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import carriers, routing
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports import registry
from mailhub.lib.errors import UserError


def route_of(dispatch: Dispatch) -> Route | BatchResult:
    """The route that letters of `dispatch` take now, or the answer that it can't be told."""
    try:
        return routing.route_for(dispatch)
    except UserError as error:  # its password cannot be read
        return BatchResult([], str(error))


def hand_over(dispatch: Dispatch, envelopes: Sequence[Envelope]) -> BatchResult:
    """Every envelope tried gets an outcome; the journal knew of each before it could leave."""
    if not envelopes:
        return BatchResult([])
    route = route_of(dispatch)
    if isinstance(route, BatchResult):
        return route
    note_carrier(dispatch, route)
    answer = send(route, envelopes)
    note_left(dispatch, route, answer)
    return answer


def send(route: Route, envelopes: Sequence[Envelope]) -> BatchResult:
    """The part without a database: may run beside other work, in one thread at a time."""
    return registry.transport(route).send(envelopes, journal=journal.own())


def note_carrier(dispatch: Dispatch, route: Route) -> None:
    if route.captures:
        carriers.note_captured(dispatch)


def note_left(dispatch: Dispatch, route: Route, answer: BatchResult) -> None:
    if answer.outcomes and not route.captures:
        carriers.note_left(dispatch)

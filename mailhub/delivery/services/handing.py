"""Hands envelopes to the transport of their route, with the journal open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

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
    answer = leave(route, envelopes).result()
    note_left(dispatch, route, answer)
    return answer


def leave(route: Route, envelopes: Sequence[Envelope]) -> Future[BatchResult]:
    """The letters are on their way; the caller may do other work meanwhile, but hand over no more."""
    if not route.captures:
        return _wire().submit(send, route, envelopes)
    # The capture mailbox is in the database, whose connection is the caller's thread's.
    answer: Future[BatchResult] = Future()
    try:
        answer.set_result(send(route, envelopes))
    except Exception as error:
        answer.set_exception(error)
    return answer


def send(route: Route, envelopes: Sequence[Envelope]) -> BatchResult:
    return registry.transport(route).send(envelopes, journal.own())


@lru_cache(maxsize=1)
def _wire_of(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="wire")


def _wire() -> ThreadPoolExecutor:
    """The one thread of this process that talks to transports while another talks to the database."""
    return _wire_of(os.getpid())


def note_carrier(dispatch: Dispatch, route: Route) -> None:
    if route.captures:
        carriers.note_captured(dispatch)


def note_left(dispatch: Dispatch, route: Route, answer: BatchResult) -> None:
    if answer.outcomes and not route.captures:
        carriers.note_left(dispatch)

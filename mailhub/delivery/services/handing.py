"""Hands letters to the transports of their routes, with the journal open, in a thread of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult, Envelope
from mailhub.delivery.journal import Journal
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import accounts, carriers
from mailhub.delivery.services.routing import Route
from mailhub.delivery.services.sharing import Load
from mailhub.delivery.transports import registry


def leave(
    dispatch: Dispatch, load: Load, *, begin: Callable[[Journal], None] | None = None
) -> Future[BatchResult]:
    """The letters are on their way; the caller may talk to the database meanwhile.

    Every letter tried gets an outcome, and the journal knows of each before it can leave. `begin` is what the journal
    does when it is their turn.
    """
    if load.route.captures:
        carriers.note_captured(dispatch)
        return _at_once(load.route, load.envelopes, begin)
    return _wire(os.getpid()).submit(_send, load.route, load.envelopes, begin)


def note(dispatch: Dispatch, load: Load, answer: BatchResult) -> None:
    """Remember that letters left the house, once they have."""
    if not answer.outcomes or load.route.captures:
        return
    carriers.note_left(dispatch)
    if load.route.account is not None:
        accounts.note_used(load.route.name)


def _at_once(
    route: Route, envelopes: Sequence[Envelope], begin: Callable[[Journal], None] | None
) -> Future[BatchResult]:
    """The capture mailbox is in the database, whose connection is the caller's thread's."""
    answer: Future[BatchResult] = Future()
    try:
        answer.set_result(_send(route, envelopes, begin))
    except Exception as error:
        answer.set_exception(error)
    return answer


def _send(
    route: Route, envelopes: Sequence[Envelope], begin: Callable[[Journal], None] | None
) -> BatchResult:
    own = journal.own()
    if begin is not None:
        begin(own)
    return registry.transport(route).send(envelopes, own)


@lru_cache(maxsize=1)
def _wire(pid: int) -> ThreadPoolExecutor:
    """The one thread of this process that talks to transports; a forked child has its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="wire")

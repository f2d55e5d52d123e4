"""The transports by name. A new one is one file, one line here, and its place in the conformance suite."""

from __future__ import annotations

from collections.abc import Callable

from mailhub.delivery.contracts import Transport
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports.capture import CaptureTransport
from mailhub.delivery.transports.direct.transport import DirectTransport
from mailhub.delivery.transports.memory import MemoryTransport
from mailhub.delivery.transports.smtp.transport import SmtpTransport


def _anymail(route: Route) -> Transport:
    """Imported on use: the HTTP libraries are 22 MB that a sender over SMTP need not carry."""
    from mailhub.delivery.transports.anymail.transport import AnymailTransport

    return AnymailTransport.for_route(route)


FACTORIES: dict[str, Callable[[Route], Transport]] = {
    "anymail": _anymail,
    "capture": lambda route: CaptureTransport(),
    "direct": lambda route: DirectTransport(),
    "memory": lambda route: MemoryTransport(),
    "smtp": SmtpTransport.for_route,
}

_open: dict[Route, Transport] = {}


def transport(route: Route) -> Transport:
    """This process's transport for `route`: the same object at every call, its connections kept open.

    A route that was changed is a new one; the connections of what it was before are closed.
    KeyError for a transport that is not registered.
    """
    if route not in _open:
        for outdated in [known for known in _open if known.name == route.name]:
            _open.pop(outdated).close()
        _open[route] = FACTORIES[route.transport](route)
    return _open[route]


def close_all() -> None:
    """Close what this process holds open; the next call of `transport` begins anew."""
    while _open:
        _open.popitem()[1].close()

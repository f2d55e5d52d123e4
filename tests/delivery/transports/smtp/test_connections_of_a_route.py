"""How many connections a route's own setting allows."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from mailhub.lib.environment import SmtpServer
from tests.delivery.transports.letters import envelopes
from tests.delivery.transports.scripted import Arrival, ScriptedServer


def test_a_route_opens_as_many_connections_as_it_says(serve: Callable[..., ScriptedServer]) -> None:
    together = threading.Barrier(7, timeout=10)

    def wait_for_the_others(arrival: Arrival) -> None:
        together.wait()

    server = serve(on_arrival=wait_for_the_others)
    smtp = SmtpServer("127.0.0.1", server.port, "", "", "none", connections=7)
    transport = SmtpTransport.for_route(Route("seven", "smtp", smtp))
    transport.send(envelopes(7))
    transport.close()
    assert {arrival.connection for arrival in server.arrivals} == set(range(1, 8))

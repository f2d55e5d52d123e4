"""Scripted mail servers, and transports that talk to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from mailhub.lib.environment import SmtpServer
from tests.delivery.transports.scripted import ScriptedServer

# Long enough for a busy machine, short enough for a test of silence.
BRISK = Timeouts(connect=5, greeting=5, mail=5, rcpt=5, data=5, content=5, final=5, quit=2)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    """Call it with the fields of `ScriptedServer` for a running one."""
    running: list[ScriptedServer] = []

    def start(**options: Any) -> ScriptedServer:
        server = ScriptedServer(**options)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def transport_to() -> Iterator[Callable[..., SmtpTransport]]:
    """Call it with a server (or a port) for a transport with one connection, closed after the test."""
    opened: list[SmtpTransport] = []

    def make(
        server: ScriptedServer | int,
        *,
        host: str = "127.0.0.1",
        username: str = "",
        password: str = "",
        tls: Any = "none",
        connections: int = 1,
        timeouts: Timeouts = BRISK,
        **options: Any,
    ) -> SmtpTransport:
        port = server if isinstance(server, int) else server.port
        config = SmtpServer(host, port, username, password, tls)
        opened.append(SmtpTransport(config, connections=connections, timeouts=timeouts, **options))
        return opened[-1]

    yield make
    for transport in opened:
        transport.close()

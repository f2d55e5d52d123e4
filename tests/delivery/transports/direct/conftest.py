"""A transport that finds every mail server on one port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mailhub.delivery.transports.direct.transport import DirectTransport
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from tests.delivery.transports.scripted import ScriptedServer

BRISK = Timeouts(connect=5, greeting=5, mail=5, rcpt=5, data=5, content=5, final=5, quit=2)


@pytest.fixture
def direct_to() -> Iterator[Callable[..., DirectTransport]]:
    """Call it with a server (or a port); further options are DirectTransport's."""
    opened: list[DirectTransport] = []

    def make(server: ScriptedServer | int, **options: Any) -> DirectTransport:
        port = server if isinstance(server, int) else server.port
        options = {"timeouts": BRISK, "is_allowed": lambda address: True, **options}
        opened.append(DirectTransport(port=port, **options))
        return opened[-1]

    yield make
    for transport in opened:
        transport.close()

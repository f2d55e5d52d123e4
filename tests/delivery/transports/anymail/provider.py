"""A provider's API on this machine: keeps the requests, and answers, hangs up or stays silent as told."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """What to say. `hangs_up` at "headers" (without reading the body) or at "answer"; or be `silent`."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: str = ""
    silent: bool = False


Script = Callable[[Request], Answer]


class Provider:
    """Speaks HTTP on 127.0.0.1; `usual` answers when nothing else is `told`."""

    def __init__(self, usual: Script) -> None:
        self.usual = usual
        self.requests: list[Request] = []
        self.told: list[Answer] = []
        self.connections = 0
        self.released = Event()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def tell(self, *answers: Answer) -> None:
        """The next requests get these answers, in this order."""
        self.told += answers

    def next(self) -> Answer | None:
        with self._lock:
            return self.told.pop(0) if self.told else None

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave as one packet, like a real server's.
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            provider.connections += 1

        def do_POST(self) -> None:
            told = provider.next()
            if told is not None and told.hangs_up == "headers":
                self._hang_up()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.path, dict(self.headers.items()), body)
            provider.requests.append(request)
            answer = told or provider.usual(request)
            if answer.silent:
                provider.released.wait(30)
            if answer.silent or answer.hangs_up:
                self._hang_up()
                return
            self._say(answer)

        def _say(self, answer: Answer) -> None:
            said = b"" if answer.body is None else answer.body
            said = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def _hang_up(self) -> None:
            # A reset, as from a process that died: nothing more is read or written.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    return Handler


def sendgrid(request: Request) -> Answer:
    """…/mail-send: 202 without a body."""
    return Answer(202, b"", {"X-Message-Id": "14c5d75ce93.dfd.64b469"})


def mailgun(request: Request) -> Answer:
    """…/messages: one id for the call, whoever it went to."""
    return Answer(200, {"id": "<20261129.1.ABC@mg.example.org>", "message": "Queued. Thank you."})

"""A small SMTP server on 127.0.0.1 that does exactly what its script says, also what no server should.

What the script leaves open it does as RFC 5321 says: RCPT wants a MAIL that was taken, DATA a RCPT.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

DROP = "drop"  # close without a word
DROP_IN_CONTENT = "drop in content"  # after DATA: close when the first of the letter has come
SILENCE = "silence"  # never answer

GOOD = {
    "CONNECT": "220 scripted.test ESMTP",
    "EHLO": "",
    "HELO": "250 scripted.test",
    "AUTH": "235 2.7.0 Welcome",
    "STARTTLS": "220 Go ahead",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 Go ahead",
    "CONTENT": "250 2.0.0 Taken",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
}


@dataclass(frozen=True)
class Arrival:
    """What one accepted letter looked like; `content` without the final dot, dots undoubled."""

    connection: int
    mail: str
    rcpt: str
    content: bytes


@dataclass
class ScriptedServer:
    """`script` maps a stage to the answers that it gives one after the other, then the good one."""

    script: dict[str, list[str]] = field(default_factory=dict)
    features: list[str] = field(default_factory=lambda: ["SIZE 1000000", "8BITMIME", "SMTPUTF8"])
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    chops: bool = False  # every byte of a reply in a packet of its own
    lax: bool = False  # answers DATA as if somebody were to get the letter
    looks_ahead: int = 0  # so many letters are answered only once something has come behind them
    behind: list[bytes] = field(default_factory=list)
    on_arrival: Callable[[Arrival], None] | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connection_count: int = 0

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self) -> None:
        self._over.set()
        self.stop_listening()
        for one in self._sockets:
            _shut(one)
        for thread in self._threads:
            thread.join()

    def stop_listening(self) -> None:
        """New connections are refused from now on; those that are there go on."""
        _shut(self._listener)

    def hang_up(self) -> None:
        """Close every connection, as a server does with idle ones."""
        for one in self._sockets:
            _shut(one)

    def verbs(self) -> list[str]:
        return [command.partition(" ")[0] for command in self.commands]

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            self.connection_count += 1
            self._sockets.append(one)
            thread = threading.Thread(target=self._serve, args=(one, self.connection_count))
            self._threads.append(thread)
            thread.start()

    def _serve(self, one: socket.socket, number: int) -> None:
        try:
            Dialogue(self, one, number).run()
        except (OSError, ValueError, ConnectionError):
            pass
        finally:
            _shut(one)


class Dialogue:
    """One connection's talk."""

    def __init__(self, server: ScriptedServer, one: socket.socket, number: int) -> None:
        self.server, self.socket, self.number = server, one, number
        self.mail = self.rcpt = ""
        self.secure = False

    def run(self) -> None:
        if self.server.implicit:
            self.secure_now()
        self.file = self.socket.makefile("rb")
        if not self.answer("CONNECT"):
            return
        while line := self.file.readline():
            command = line.decode().rstrip("\r\n")
            self.server.commands.append(command)
            verb = command.partition(" ")[0].upper()
            if verb not in GOOD and not self.server.script.get(verb):
                self.say("500 5.5.2 What?")
            elif not self.answer(verb, command) or verb == "QUIT":
                return

    def answer(self, stage: str, command: str = "") -> bool:
        """False when the connection is over."""
        reply = self.reply_to(stage)
        if reply == SILENCE:
            self.server._over.wait()
        if reply in (DROP, SILENCE):
            return self.hang_up()
        if reply == DROP_IN_CONTENT:
            self.say("354 Go ahead")
            self.file.read(1)
            return self.hang_up()
        if stage == "EHLO" and not reply:
            reply = self.greeting()
        self.say(reply)
        return not reply.startswith("421") and self.after(stage, command, reply)

    def reply_to(self, stage: str) -> str:
        if stage == "RCPT" and not self.mail and not self.server.lax:
            return "503 5.5.1 MAIL first"
        if stage == "DATA" and not self.rcpt and not self.server.lax:
            return "503 5.5.1 RCPT first"
        if stage == "CONTENT" and not self.rcpt:
            return "554 5.5.1 A letter to nobody"
        answers = self.server.script.get(stage, [])
        return answers.pop(0) if answers else GOOD[stage]

    def hang_up(self) -> bool:
        """Close so that what was answered before still arrives: a reset would take it away."""
        self.socket.shutdown(socket.SHUT_WR)
        while self.file.read1(65536):
            pass
        return False

    def after(self, stage: str, command: str, reply: str) -> bool:
        if stage == "MAIL" and reply.startswith("2"):
            self.mail, self.rcpt = command, ""
        elif stage == "RCPT" and reply.startswith("2"):
            self.rcpt = command
        elif stage == "RSET":
            self.mail = self.rcpt = ""
        elif stage == "STARTTLS" and reply.startswith("220"):
            self.secure_now()
            self.file = self.socket.makefile("rb")
        elif stage == "DATA" and reply.startswith("354"):
            return self.take_content()
        return True

    def take_content(self) -> bool:
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b"."))
        arrival = Arrival(self.number, self.mail, self.rcpt, b"".join(lines))
        answers = self.server.script.get("CONTENT", [])
        if self.rcpt and (not answers or answers[0].startswith("2")):
            self.server.arrivals.append(arrival)
        if self.server.on_arrival:
            self.server.on_arrival(arrival)
        if len(self.server.behind) < self.server.looks_ahead:
            self.server.behind.append(self.file.peek(1))
        goes_on = self.answer("CONTENT")
        self.mail = self.rcpt = ""
        return goes_on

    def greeting(self) -> str:
        features = list(self.server.features)
        if self.server.tls and not self.server.implicit and not self.secure:
            features.append("STARTTLS")
        lines = ["scripted.test", *features]
        return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])

    def secure_now(self) -> None:
        assert self.server.tls is not None
        place = self.server._sockets.index(self.socket)
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
        self.server._sockets[place] = self.socket
        self.secure = True

    def say(self, reply: str) -> None:
        octets = reply.encode() + b"\r\n"
        if not self.server.chops:
            return self.socket.sendall(octets)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(octets)):
            self.socket.sendall(octets[at : at + 1])
        return None


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()

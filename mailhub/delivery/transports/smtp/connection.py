"""One connection to a mail server: opened with TLS and login, asked command by command."""

from __future__ import annotations

import smtplib
import socket
import time
from dataclasses import dataclass

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.transports.smtp import replies
from mailhub.delivery.transports.smtp.replies import Reply, Stage


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds; what to wait at least is from RFC 5321 section 4.5.3.2."""

    connect: float = 30
    greeting: float = 300
    mail: float = 300
    rcpt: float = 300
    data: float = 120
    content: float = 180
    final: float = 600
    quit: float = 5

    def at(self, stage: Stage) -> float:
        return {Stage.MAIL: self.mail, Stage.RCPT: self.rcpt, Stage.DATA: self.data}[stage]


class ConnectionLost(Exception):
    """The connection ended (or the server said 421) at `stage`; the connection is closed.

    Before `Stage.CONTENT` nothing of the letter was written. There, some or all of it was.
    """

    def __init__(self, stage: Stage, reply: Reply) -> None:
        super().__init__(reply.text)
        self.stage = stage
        self.reply = reply

    def outcome(self, message_id: int) -> Outcome:
        """DEFERRED while nothing had been written; UNKNOWN after."""
        verdict = Verdict.UNKNOWN if self.stage is Stage.CONTENT else Verdict.DEFERRED
        return Outcome(message_id, verdict, self.reply.code, self.reply.enhanced, self.reply.text)


class Connection:
    """Over an smtplib session that has greeted. Used by one thread at a time."""

    def __init__(self, session: smtplib.SMTP, timeouts: Timeouts) -> None:
        self._session = session
        self._timeouts = timeouts
        self.letter_count = 0
        self.used_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        return self._session.sock is not None

    @property
    def line(self) -> socket.socket | None:
        """What the talk goes over, an SSLSocket once TLS has begun; None when it is closed."""
        return self._session.sock

    def extension(self, name: str) -> str | None:
        """The parameters of an offered extension; None when it is not offered."""
        return self._session.esmtp_features.get(name)

    def ask(self, stage: Stage, command: str) -> Reply:
        """The reply to `command`. Raises ConnectionLost when there is none, or when it is 421."""
        reply = self._exchange(stage, f"{command}\r\n".encode(), self._timeouts.at(stage))
        if reply.code == replies.CLOSING:
            self.drop()
            raise ConnectionLost(stage, reply)
        return reply

    def write_content(self, letter: bytes) -> Reply:
        """The reply to the whole letter (CRLF line ends). ConnectionLost when it is in doubt.

        From here on the letter may have been taken: only an answer says that it was not.
        """
        self.letter_count += 1
        return self._exchange(Stage.CONTENT, stuffed(letter), self._timeouts.final)

    def reset(self) -> None:
        """After a refusal: ready for the next letter, or closed."""
        try:
            reply = self._exchange(Stage.MAIL, b"RSET\r\n", self._timeouts.mail)
        except ConnectionLost:
            return
        if reply.code != 250:
            self.drop()

    def close(self) -> None:
        """Say goodbye and close."""
        if self.is_open:
            try:
                self._exchange(Stage.MAIL, b"QUIT\r\n", self._timeouts.quit)
            except ConnectionLost:
                return
        self.drop()

    def drop(self) -> None:
        """Close without a word; in a forked child this leaves the parent's connection alone."""
        self._session.close()

    def _exchange(self, stage: Stage, octets: bytes, seconds: float) -> Reply:
        try:
            self._wait(self._timeouts.content if stage is Stage.CONTENT else seconds)
            self._session.send(octets)
            self._wait(seconds)
            code, answer = self._session.getreply()
        except OSError as error:  # smtplib's own errors are OSErrors too
            self.drop()
            raise ConnectionLost(stage, _silence(stage, error)) from error
        self.used_at = time.monotonic()
        return replies.read(code, answer)

    def _wait(self, seconds: float) -> None:
        if self._session.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection was closed")
        self._session.sock.settimeout(seconds)


def stuffed(letter: bytes) -> bytes:
    """The letter as it goes over the wire: dots doubled, the final dot behind (RFC 5321 section 4.5.2)."""
    if letter.startswith(b"."):
        letter = b"." + letter
    if not letter.endswith(b"\r\n"):
        letter += b"\r\n"
    return letter.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def timed_out(error: BaseException) -> bool:
    """smtplib hides the socket's own error behind its SMTPServerDisconnected."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _silence(stage: Stage, error: OSError) -> Reply:
    happened = "The server did not answer in time" if timed_out(error) else "The connection was lost"
    return Reply(0, "", f"{happened} at {stage}.")

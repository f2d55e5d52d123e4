"""Tries a route out and writes down what the two sides say, without secrets."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.utils.translation import gettext as _

from mailhub.delivery.contracts import Envelope, Verdict
from mailhub.delivery.models import StoredRoute
from mailhub.delivery.services import routing
from mailhub.delivery.transports.smtp import conversation, greeting, opening
from mailhub.delivery.transports.smtp.connection import Connection, ConnectionLost, Timeouts
from mailhub.delivery.transports.smtp.conversation import LoginWanted
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.lib import clock
from mailhub.lib.errors import UserError

# A person waits at the page for this.
PATIENCE = Timeouts(connect=5, greeting=5, mail=5, rcpt=5, data=5, content=10, final=10, quit=1)
HIDDEN = "••••••••"
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Line:
    """`side` is "us", "server" or "note"."""

    side: str
    text: str


@dataclass(slots=True)
class Talk:
    """What was said, and the sentence that says what failed ("" when nothing did)."""

    lines: list[Line] = field(default_factory=list)
    problem: str = ""

    def add(self, side: str, text: str) -> None:
        self.lines += [Line(side, line[:LONGEST_LINE]) for line in text.splitlines() or [""]]


class WrittenDown(smtplib.SMTP):
    """An smtplib session that writes its commands and the replies into a Talk, the login hidden."""

    def __init__(self, talk: Talk, **options: object) -> None:
        self._talk = talk
        self._hides = False
        self._letter = False
        super().__init__(**options)  # type: ignore[arg-type]  # smtplib's own keywords

    def send(self, s: object) -> None:
        said = s.decode("utf-8", "replace") if isinstance(s, bytes) else str(s)
        self._talk.add("us", self._shown(said.rstrip("\r\n")))
        super().send(s)  # type: ignore[arg-type]  # str or bytes, as smtplib takes them

    def getreply(self) -> tuple[int, bytes]:
        code, answer = super().getreply()
        self._hides = self._hides and code == 334
        self._letter = code == 354
        for line in answer.decode("utf-8", "replace").splitlines() or [""]:
            self._talk.add("server", f"{code} {line}")
        return code, answer

    def _shown(self, said: str) -> str:
        if self._letter:
            return _("(the letter, {count} bytes)").format(count=len(said.encode()))
        if self._hides:
            return HIDDEN
        if said.upper().startswith("AUTH "):
            self._hides = True
            mechanism, _blank, secret = said[5:].partition(" ")
            return f"AUTH {mechanism} {HIDDEN}" if secret else said
        return said


def try_out(stored: StoredRoute, *, letter: Envelope | None = None) -> Talk:
    """Connect, begin TLS and log in as `stored` says; hand `letter` over if there is one.

    The outcome is kept on the route. Never raises for a route that does not work: the talk says why.
    A test letter is no letter of the ledger: it goes over a route that nothing may use yet.
    """
    talk = Talk()
    try:
        route = routing.of(stored)
        if route.smtp is None:
            talk.add("note", _("The capture mailbox is in MailHub itself: there is nobody to connect to."))
        else:
            talk.add("note", _("Connecting to {name}").format(name=stored.destination))
            session = partial(WrittenDown, talk)
            name = greeting.ehlo_name(settings.PUBLIC_URL)
            connection = opening.connect(route.smtp, ehlo_name=name, timeouts=PATIENCE, session=session)
            _go_on(connection, talk, letter)
    except (RouteFailed, LoginWanted, ConnectionLost, UserError) as error:
        talk.problem = str(error)
    stored.tested_at, stored.problem = clock.now(), talk.problem
    stored.save(update_fields=["tested_at", "problem"])
    return talk


def _go_on(connection: Connection, talk: Talk, letter: Envelope | None) -> None:
    try:
        _note_tls(connection, talk)
        if letter is not None:
            outcome = conversation.hand_over(connection, letter, letter.as_bytes())
            if outcome.verdict is not Verdict.ACCEPTED:
                talk.problem = _("The server did not take the letter: {reply}").format(reply=outcome.reply)
    finally:
        connection.close()


def _note_tls(connection: Connection, talk: Talk) -> None:
    line = connection.line
    if isinstance(line, ssl.SSLSocket):
        text = _("Encrypted with {version}; the certificate is good.").format(version=line.version())
    else:
        text = _("Not encrypted: everybody on the way can read the letters.")
    talk.add("note", text)

"""Tries a route out and writes down what the two sides say, without secrets."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from mailhub.delivery.contracts import NO_JOURNAL, BatchResult, Envelope, Verdict
from mailhub.delivery.models import StoredRoute
from mailhub.delivery.services import account_trials, routing
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.direct.transport import DirectTransport
from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp import failures, greeting, opening
from mailhub.delivery.transports.smtp.ahead import Makers
from mailhub.delivery.transports.smtp.engine import Batch, Engine
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.opening import Opened
from mailhub.delivery.transports.smtp.pool import Pool
from mailhub.delivery.transports.smtp.session import Session
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.lib import clock
from mailhub.lib.environment import SmtpServer
from mailhub.lib.errors import UserError

# A person waits at the page for this.
PATIENCE = Timeouts(connect=5, greeting=5, mail=5, rcpt=5, data=5, content=10, final=10, quit=1)
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

    def us(self, text: str) -> None:
        self.add("us", text)

    def server(self, text: str) -> None:
        self.add("server", text)

    def letter(self, size: int) -> str:
        return _("(the letter, {count} bytes)").format(count=size)


def try_out(stored: StoredRoute, *, letter: Envelope | None = None) -> Talk:
    """Connect, begin TLS and log in as `stored` says; hand `letter` over if there is one.

    The outcome is kept on the route. Never raises for a route that does not work: the talk says why.
    A test letter is no letter of the ledger: it goes over a route that nothing may use yet.
    """
    talk = Talk()
    try:
        route = routing.of(stored)
        if route.account is not None:
            _try_account(route.account, talk, letter)
        elif stored.is_direct:
            talk.problem = _try_direct(talk, letter)
        elif route.smtp is None:
            talk.add("note", _("The capture mailbox is in MailHub itself: there is nobody to connect to."))
        else:
            talk.add("note", _("Connecting to {name}").format(name=stored.destination))
            engine = Engine(PATIENCE)
            try:
                talk.problem = engine.run(_talk(engine, route.smtp, talk, letter))
            finally:
                engine.close()
    except UserError as error:
        talk.problem = str(error)
    stored.tested_at, stored.problem = clock.now(), talk.problem
    stored.save(update_fields=["tested_at", "problem"])
    return talk


async def _talk(engine: Engine, server: SmtpServer, talk: Talk, letter: Envelope | None) -> str:
    """What failed, "" when nothing did; raises RouteFailed."""
    name = greeting.ehlo_name(settings.PUBLIC_URL)

    async def opened() -> Opened:
        found = await opening.connect(server, ehlo_name=name, timeouts=PATIENCE, trace=talk)
        _note_tls(found, talk)
        # One command at a time reads like a talk.
        found.offers.pop("PIPELINING", None)
        return found

    def login_wanted(reply: Reply) -> RouteFailed:
        return failures.login_wanted(server, reply)

    if letter is None:
        await Session(await opened(), PATIENCE).quit()
        return ""
    batch = Batch([letter], NO_JOURNAL, stop=lambda: False)
    pool = engine.pool(
        "", lambda: Pool(opened, limit=1, timeouts=PATIENCE, makers=Makers(), login_wanted=login_wanted)
    )
    await pool.run(enumerate(batch.envelopes), batch)
    return _problem(batch.result(route_error=pool.failure))


def _try_account(account: Account, talk: Talk, letter: Envelope | None) -> None:
    if letter is None:
        talk.problem = _("Only a letter tells whether a provider takes letters: the test has to send one.")
        return
    lines, talk.problem = account_trials.hand_over(account, letter)
    for side, text in lines:
        talk.add(side, text)


def _try_direct(talk: Talk, letter: Envelope | None) -> str:
    """There is no one server to connect to: the letter goes to its recipient's own."""
    talk.add("note", _("Each letter goes to the mail servers of its recipient's domain, as DNS names them."))
    if letter is None:
        talk.add("note", _("Send a test letter to see whether this machine reaches them on port 25."))
        return ""
    transport = DirectTransport(timeouts=PATIENCE)
    try:
        result = transport.send([letter])
    finally:
        transport.close()
    for outcome in result.outcomes:
        talk.server(outcome.reply)
    return _problem(result)


def _problem(result: BatchResult) -> str:
    if result.route_error:
        return result.route_error
    if not result.outcomes:
        return _("MailHub is stopping: try again in a moment.")
    (outcome,) = result.outcomes
    if outcome.verdict is Verdict.ACCEPTED:
        return ""
    return _("The server did not take the letter: {reply}").format(reply=outcome.reply)


def _note_tls(opened: Opened, talk: Talk) -> None:
    if version := opened.wire.tls_version:
        text = _("Encrypted with {version}; the certificate is good.").format(version=version)
    else:
        text = _("Not encrypted: everybody on the way can read the letters.")
    talk.add("note", text)

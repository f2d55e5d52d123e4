"""One letter over one connection: MAIL, RCPT, DATA, the letter, and what each answer makes of it."""

from __future__ import annotations

from mailhub.delivery import headers
from mailhub.delivery.contracts import Envelope, Outcome, Verdict
from mailhub.delivery.headers import HeaderRefused
from mailhub.delivery.transports.smtp import replies
from mailhub.delivery.transports.smtp.connection import Connection
from mailhub.delivery.transports.smtp.replies import Stage


class LoginWanted(Exception):
    """The server takes letters from nobody who has not logged in: the route fails, not the letter."""

    def __init__(self, reply: replies.Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


def hand_over(connection: Connection, envelope: Envelope, letter: bytes) -> Outcome:
    """The outcome of giving `letter` to the server; the connection is left ready for another or closed.

    Raises ConnectionLost (see there what it means at which stage) and LoginWanted.
    """
    if refusal := _unfit(connection, envelope, letter):
        return refusal
    commands = (
        (Stage.MAIL, f"MAIL FROM:<{envelope.mail_from}>{_options(connection, envelope, letter)}"),
        (Stage.RCPT, f"RCPT TO:<{envelope.rcpt_to}>"),
        (Stage.DATA, "DATA"),
    )
    for stage, command in commands:
        reply = connection.ask(stage, command)
        if not replies.goes_on(stage, reply.code):
            return _not_taken(connection, envelope, stage, reply)
    return _give(connection, envelope, letter)


def _give(connection: Connection, envelope: Envelope, letter: bytes) -> Outcome:
    outcome = replies.outcome(envelope.message_id, Stage.CONTENT, reply := connection.write_content(letter))
    if reply.code == replies.CLOSING or outcome.verdict == Verdict.UNKNOWN:
        connection.drop()
    return outcome


def _not_taken(connection: Connection, envelope: Envelope, stage: Stage, reply: replies.Reply) -> Outcome:
    if reply.code == replies.NEEDS_LOGIN and stage is Stage.MAIL:
        connection.close()
        raise LoginWanted(reply)
    if reply.code // 100 in (4, 5):
        connection.reset()
    else:  # the two sides no longer mean the same thing
        connection.drop()
    return replies.outcome(envelope.message_id, stage, reply)


def _unfit(connection: Connection, envelope: Envelope, letter: bytes) -> Outcome | None:
    """A refusal for what this server says beforehand that it cannot take."""
    try:
        for path in (envelope.mail_from, envelope.rcpt_to):
            headers.check_path(path)
    except HeaderRefused as error:
        return Outcome(envelope.message_id, Verdict.REFUSED, reply=str(error))
    if _needs_utf8(envelope, letter) and connection.extension("smtputf8") is None:
        # RFC 6531 section 3.5 gives these codes their meaning.
        reason = (
            f"The mail server does not take addresses with letters beyond ASCII, like {envelope.rcpt_to}."
        )
        return Outcome(envelope.message_id, Verdict.REFUSED, enhanced="5.6.7", reply=reason)
    limit = connection.extension("size") or ""
    if limit.isdigit() and 0 < int(limit) < len(letter):
        reason = f"The letter has {len(letter)} bytes; the mail server takes {limit} at most."
        return Outcome(envelope.message_id, Verdict.REFUSED, enhanced="5.3.4", reply=reason)
    return None


def _options(connection: Connection, envelope: Envelope, letter: bytes) -> str:
    options = ""
    if connection.extension("size") is not None:
        options += f" SIZE={len(letter)}"
    if not letter.isascii() and connection.extension("8bitmime") is not None:
        options += " BODY=8BITMIME"
    if _needs_utf8(envelope, letter):
        options += " SMTPUTF8"
    return options


def _needs_utf8(envelope: Envelope, letter: bytes) -> bool:
    if letter.isascii() and envelope.mail_from.isascii() and envelope.rcpt_to.isascii():
        return False
    head = letter.partition(b"\r\n\r\n")[0]
    return not (envelope.mail_from + envelope.rcpt_to).isascii() or not head.isascii()

"""A letter as a connection takes it: its content as it goes over the wire, and the commands before it."""

from __future__ import annotations

from dataclasses import dataclass

from mailhub.delivery import headers
from mailhub.delivery.contracts import Envelope, Kind, Outcome, Verdict
from mailhub.delivery.headers import HeaderRefused
from mailhub.delivery.transports import building

FINAL_DOT = b".\r\n"
RSET = b"RSET\r\n"
DATA = b"DATA\r\n"


@dataclass(slots=True, eq=False)
class Letter:
    """`content` has its dots doubled and its last line ended, the final dot comes behind it; `size` counts without.

    `position` is its place in the batch. `is_second_try`: a connection was lost before a word of it
    was said, and no other loss is forgiven.
    """

    position: int
    envelope: Envelope
    content: bytes
    size: int
    is_eight_bit: bool
    needs_utf8: bool
    is_second_try: bool = False

    @property
    def message_id(self) -> int:
        return self.envelope.message_id


def make(position: int, envelope: Envelope) -> Letter | Outcome:
    """The letter, or the refusal of one that cannot be made or addressed. Safe in any thread."""
    built = building.build(envelope)
    if isinstance(built, Outcome):
        return built
    try:
        headers.check_path(envelope.mail_from)
        headers.check_path(envelope.rcpt_to)
    except HeaderRefused as error:
        return Outcome(envelope.message_id, Verdict.REFUSED, reply=str(error), kind=Kind.ROUTE)
    eight_bit = not built.isascii()
    utf8_path = not (envelope.mail_from.isascii() and envelope.rcpt_to.isascii())
    utf8_head = eight_bit and not built.partition(b"\r\n\r\n")[0].isascii()
    content = built if envelope.is_wire_form else stuffed(built)
    return Letter(position, envelope, content, len(built), eight_bit, utf8_path or utf8_head)


def stuffed(letter: bytes) -> bytes:
    """The letter as the final dot can follow it: dots doubled (RFC 5321 section 4.5.2), the last line ended."""
    if letter.startswith(b"."):
        letter = b"." + letter
    return letter.replace(b"\r\n.", b"\r\n..") + (b"" if letter.endswith(b"\r\n") else b"\r\n")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What matters of a server's EHLO reply. `limit` is the largest letter in bytes, 0 for none told."""

    pipelining: bool = False
    size: bool = False
    limit: int = 0
    eight_bit: bool = False
    utf8: bool = False

    @classmethod
    def of(cls, offers: dict[str, str]) -> Abilities:
        limit = offers.get("SIZE", "")
        return cls(
            pipelining="PIPELINING" in offers,
            size="SIZE" in offers,
            limit=int(limit) if limit.isascii() and limit.isdigit() else 0,
            eight_bit="8BITMIME" in offers,
            utf8="SMTPUTF8" in offers,
        )


def unfit(letter: Letter, server: Abilities) -> Outcome | None:
    """A refusal for what this server says beforehand that it cannot take."""
    if letter.needs_utf8 and not server.utf8:
        # RFC 6531 section 3.5 gives these codes their meaning.
        reason = (
            "The mail server does not take addresses with letters beyond ASCII, "
            f"like {letter.envelope.rcpt_to}."
        )
        return Outcome(letter.message_id, Verdict.REFUSED, 0, "5.6.7", reason, Kind.CONTENT)
    if 0 < server.limit < letter.size:
        reason = f"The letter has {letter.size} bytes; the mail server takes {server.limit} at most."
        return Outcome(letter.message_id, Verdict.REFUSED, 0, "5.3.4", reason, Kind.CONTENT)
    return None


def mail_command(letter: Letter, server: Abilities) -> bytes:
    options = f" SIZE={letter.size}" if server.size else ""
    if letter.is_eight_bit and server.eight_bit:
        options += " BODY=8BITMIME"
    if letter.needs_utf8:
        options += " SMTPUTF8"
    return f"MAIL FROM:<{letter.envelope.mail_from}>{options}\r\n".encode()


def rcpt_command(letter: Letter) -> bytes:
    return f"RCPT TO:<{letter.envelope.rcpt_to}>\r\n".encode()

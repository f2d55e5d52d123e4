"""What a server's reply means: for a letter at the stage where it came, and in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mailhub.delivery.contracts import Outcome, Verdict

CLOSING = 421  # RFC 5321 section 3.8: the server closes the connection, at whatever stage
NEEDS_LOGIN = 530  # RFC 4954 section 6, RFC 3207 section 4: log in, or begin TLS, first
LONGEST = 300

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")


class Stage(StrEnum):
    """Where in a letter's way the server answered."""

    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    CONTENT = "the end of the letter"


# By the first digit of the reply. Before the content any other digit is nonsense, and nothing has
# been given; after it, nonsense is no answer at all.
_BEFORE_CONTENT = {4: Verdict.DEFERRED, 5: Verdict.REFUSED}
_AFTER_CONTENT = {2: Verdict.ACCEPTED, 4: Verdict.DEFERRED, 5: Verdict.REFUSED}
_GOES_ON = {Stage.MAIL: 2, Stage.RCPT: 2, Stage.DATA: 3}


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is one line of at most 300 characters and begins with the code."""

    code: int
    enhanced: str
    text: str


def read(code: int, answer: bytes) -> Reply:
    """A reply as smtplib reads it: its lines without their codes."""
    lines = [" ".join(line.split()) for line in answer.decode("utf-8", "replace").splitlines()]
    found = _ENHANCED.match(lines[0]) if lines else None
    enhanced = found[0] if found else ""
    rest = [line.removeprefix(enhanced).strip() for line in lines[1:]]
    text = " ".join(part for part in (str(code), *lines[:1], *rest) if part)
    return Reply(code, enhanced, text.replace("\x00", "�")[:LONGEST])


def goes_on(stage: Stage, code: int) -> bool:
    """Whether the server waits for what comes after `stage`."""
    return code // 100 == _GOES_ON.get(stage)


def verdict(stage: Stage, code: int) -> Verdict:
    """What `code` means for the letter when it is not the go-ahead (RFC 5321 section 4.2.1)."""
    if stage is Stage.CONTENT:
        return _AFTER_CONTENT.get(code // 100, Verdict.UNKNOWN)
    return _BEFORE_CONTENT.get(code // 100, Verdict.DEFERRED)


def outcome(message_id: int, stage: Stage, reply: Reply) -> Outcome:
    return Outcome(message_id, verdict(stage, reply.code), reply.code, reply.enhanced, reply.text)

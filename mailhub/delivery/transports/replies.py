"""Replies of mail servers: read from bytes as they come, and what they mean for a letter (one table)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailhub.delivery.contracts import Kind, Outcome, Verdict
from mailhub.lib import clock

CLOSING = 421  # RFC 5321 section 3.8: the server closes the connection, at whatever stage
NEEDS_LOGIN = 530  # RFC 4954 section 6, RFC 3207 section 4: log in, or begin TLS, first
LONGEST = 300

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")
# “Greylisted for 5 minutes”, “come back in 00:15:00”, “try again in 300 seconds”: how long, as people are told.
_WAIT = re.compile(
    r"(?:\b(?:again|back|retry|wait)|list(?:ed|ing))\b[^\d.;]{0,24}?\b(?:in|for|after)\s+(?:at least\s+)?"
    r"(?:(?P<h>\d{1,2}):(?P<m>\d\d):(?P<s>\d\d)\b|(?P<n>\d{1,5})\s?(?P<unit>s|m|h)(?:ec|in|our|econd|inute)?s?\b)",
    re.IGNORECASE,
)
_UNITS = {"s": 1, "m": 60, "h": 3600}
_GREYLISTING = re.compile(r"\bgr[ae]y-? ?list", re.IGNORECASE)


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
GOES_ON = {Stage.MAIL: 2, Stage.RCPT: 2, Stage.DATA: 3}

# The enhanced code without its first digit (RFC 3463 and IANA's registry); a subject alone stands for
# all that it has no line of its own for. "gone" holds for refusals only: rules 3.5 names these five.
_KINDS = {
    "1.1": Kind.MAILBOX_GONE, "1.2": Kind.MAILBOX_GONE, "1.3": Kind.MAILBOX_GONE,
    "1.10": Kind.MAILBOX_GONE, "2.1": Kind.MAILBOX_GONE,
    "1.7": Kind.ROUTE, "1.8": Kind.ROUTE,  # the sender's address, ours
    "2.2": Kind.MAILBOX_FULL,
    "2.3": Kind.CONTENT, "3.4": Kind.CONTENT, "6": Kind.CONTENT,  # too large, or cannot be carried
    "3": Kind.THROTTLED, "4.5": Kind.THROTTLED, "5.3": Kind.THROTTLED,  # the server is short of something
    "4": Kind.UNREACHABLE,
    "5": Kind.ROUTE,  # protocol
    "7": Kind.POLICY,
    "7.4": Kind.ROUTE, "7.8": Kind.ROUTE, "7.9": Kind.ROUTE, "7.11": Kind.ROUTE,  # login, encryption
}  # fmt: skip

# For servers that give no enhanced code (RFC 5321 section 4.2.3). 550 says too many things at once.
_KINDS_BY_CODE = {
    421: Kind.THROTTLED, 451: Kind.THROTTLED, 452: Kind.THROTTLED,
    552: Kind.MAILBOX_FULL,
    454: Kind.ROUTE, 500: Kind.ROUTE, 501: Kind.ROUTE, 502: Kind.ROUTE, 503: Kind.ROUTE,
    504: Kind.ROUTE, 530: Kind.ROUTE, 534: Kind.ROUTE, 535: Kind.ROUTE, 538: Kind.ROUTE,
    555: Kind.ROUTE,
    556: Kind.MAILBOX_GONE,  # RFC 7504 section 4: the domain takes no mail
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` is one line of at most 300 characters and begins with the code; code 0 is no reply."""

    code: int
    enhanced: str
    text: str


def read(code: int, lines: list[bytes]) -> Reply:
    """A reply's lines, without their codes, as one line."""
    if len(lines) == 1 and lines[0].isascii() and len(lines[0]) < LONGEST - 4:
        line = lines[0].decode()
        text = f"{code} {line}".rstrip()
        found = _ENHANCED.match(line)
        if "  " not in text and text.isprintable():
            return Reply(code, found[0] if found else "", text)
    return _read_oddly(code, lines)


def _read_oddly(code: int, answer: list[bytes]) -> Reply:
    lines = [" ".join(line.decode("utf-8", "replace").split()) for line in answer]
    found = _ENHANCED.match(lines[0]) if lines else None
    enhanced = found[0] if found else ""
    rest = [line.removeprefix(enhanced).strip() for line in lines[1:]]
    text = " ".join(part for part in (str(code), *lines[:1], *rest) if part)
    return Reply(code, enhanced, text.replace("\x00", "�")[:LONGEST])


def goes_on(stage: Stage, code: int) -> bool:
    """Whether the server waits for what comes after `stage`."""
    return code // 100 == GOES_ON.get(stage)


def verdict(stage: Stage, code: int) -> Verdict:
    """What `code` means for the letter when it is not the go-ahead (RFC 5321 section 4.2.1)."""
    if stage is Stage.CONTENT:
        return _AFTER_CONTENT.get(code // 100, Verdict.UNKNOWN)
    return _BEFORE_CONTENT.get(code // 100, Verdict.DEFERRED)


def kind(stage: Stage, reply: Reply) -> str:
    """What a 4xx or 5xx is about: a word of `Kind`; "" for anything else.

    From the enhanced code, else the code, else (what has no code of its own) the words. 4.7.x asks us
    to slow down, 5.7.x says that we are not wanted (rules 3.5).
    """
    if reply.code // 100 not in (4, 5):
        return ""
    temporary = reply.code < 500
    if temporary and _GREYLISTING.search(reply.text):
        return Kind.GREYLISTED
    if reply.code in (CLOSING, NEEDS_LOGIN):
        return _KINDS_BY_CODE[reply.code]
    _class, _dot, detail = reply.enhanced.partition(".")
    found = _KINDS.get(detail) or _KINDS.get(detail.partition(".")[0])
    if found is None:
        found = _KINDS_BY_CODE.get(reply.code, Kind.UNKNOWN)
    if found is Kind.POLICY and temporary:
        return Kind.THROTTLED
    # A mailbox that is gone for now is not gone; a refused sender is not the recipient's end.
    if found is Kind.MAILBOX_GONE and (temporary or stage is Stage.MAIL):
        return Kind.UNKNOWN if temporary else Kind.ROUTE
    return found


def named_wait(text: str) -> timedelta | None:
    """How long a reply asks us to stay away; None where it does not say."""
    found = _WAIT.search(text)
    if found is None:
        return None
    if found["n"]:
        return timedelta(seconds=int(found["n"]) * _UNITS[found["unit"].lower()])
    return timedelta(hours=int(found["h"]), minutes=int(found["m"]), seconds=int(found["s"]))


def outcome(message_id: int, stage: Stage, reply: Reply) -> Outcome:
    """What `reply` at `stage` makes of the letter."""
    found = verdict(stage, reply.code)
    if found is Verdict.ACCEPTED:
        return Outcome(message_id, found, reply.code, reply.enhanced, reply.text)
    wait = named_wait(reply.text) if found is Verdict.DEFERRED else None
    return Outcome(
        message_id,
        found,
        reply.code,
        reply.enhanced,
        reply.text,
        kind(stage, reply),
        again_at=clock.now() + wait if wait else None,
    )

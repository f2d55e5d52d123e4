"""Turns what was typed on the command line into values, or into a sentence about what is wrong with it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from mailhub.lib import addresses
from mailhub.lib.errors import UserError

NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
MAX_NAME = 120


class BadArgument(UserError):
    """An argument that cannot be understood; says what it should look like."""


class Sender(NamedTuple):
    name: str
    address: str


def sender(text: str) -> Sender:
    """From `Name <a@b>` or `a@b`, the address with its domain as DNS spells it. Raises BadArgument."""
    named = NAMED.fullmatch(text.strip())
    name = _unquoted(named["name"].strip()) if named else ""
    if len(name) > MAX_NAME:
        raise BadArgument(f"The sender's name has {len(name)} characters; at most {MAX_NAME} are allowed.")
    try:
        return Sender(name, addresses.parse(named["address"] if named else text).ascii)
    except addresses.InvalidAddress as error:
        raise BadArgument(f'--from should look like "Name <a@example.org>". {error}') from error


def moment(text: str, *, now: datetime) -> datetime:
    """An ISO 8601 time with its offset, in the future. Raises BadArgument."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadArgument(f"--at {text} is not a time; write it like 2031-05-04T09:30+02:00.") from error
    if at.tzinfo is None:
        raise BadArgument(f"--at {text} names no time zone; add its offset, as in {text}+02:00 or {text}Z.")
    if at <= now:
        raise BadArgument(f"--at {text} is past. Leave --at out to send now.")
    return at


def _unquoted(name: str) -> str:
    if len(name) > 1 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name

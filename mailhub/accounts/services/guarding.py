"""Slows down who guesses passwords or codes, without letting a stranger lock anybody out."""

from __future__ import annotations

from django.utils.translation import ngettext

from mailhub.lib import limits
from mailhub.lib.errors import UserError

WINDOW_SECONDS = 15 * 60
# Failures that are let through in a window: of one account from one address; from one address (an office
# shares one); of one account from everywhere, so high that only a guesser with many addresses meets it.
HERE, FROM_ADDRESS, OF_ACCOUNT = 5, 50, 300


class TooManyTries(UserError):
    """Says when to try again; `retry_after_seconds` for the header of that name."""

    def __init__(self, seconds: int) -> None:
        minutes = max(1, (seconds + 59) // 60)
        again = ngettext(
            "Too many tries. Try again in %(minutes)s minute.",
            "Too many tries. Try again in %(minutes)s minutes.",
            minutes,
        )
        super().__init__(again % {"minutes": minutes})
        self.retry_after_seconds = seconds


def attempt(kind: str, account: str, ip: str) -> None:
    """Count a try of `kind` ("password", "code"); raises TooManyTries before anything is looked at."""
    taken = [
        limits.take(name, key, limit=limit, seconds=WINDOW_SECONDS)
        for name, key, limit in _counters(kind, account, ip)
    ]
    if not all(one.allowed for one in taken):
        raise TooManyTries(max(one.retry_after_seconds for one in taken))


def succeeded(kind: str, account: str, ip: str) -> None:
    """It was rightful: only failures count."""
    for name, key, _limit in _counters(kind, account, ip):
        limits.give_back(name, key)
    limits.forget(*_counters(kind, account, ip)[0][:2])


def may_mail(address: str, ip: str) -> bool:
    """Whether one more password mail may go there, or be asked for from there, within the hour."""
    taken = [
        limits.take("reset-to", address.casefold(), limit=3, seconds=3600),
        limits.take("reset-from", ip, limit=10, seconds=3600),
    ]
    return all(one.allowed for one in taken)


def _counters(kind: str, account: str, ip: str) -> list[tuple[str, str, int]]:
    account = account.casefold()
    return [
        (f"{kind}-here", f"{ip} {account}", HERE),
        (f"{kind}-from", ip, FROM_ADDRESS),
        (f"{kind}-of", account, OF_ACCOUNT),
    ]

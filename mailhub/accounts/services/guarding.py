"""Slows down who guesses passwords or codes."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.lib import limits
from mailhub.lib.errors import UserError

# Failures that are let through in a window: one account, and one address (an office shares one).
PER_ACCOUNT, PER_ADDRESS = 5, 30
WINDOW_SECONDS = 15 * 60


class TooManyTries(UserError):
    """Says when to try again."""


def attempt(account: str, ip: str) -> None:
    """Count a try; raises TooManyTries past the limit, before the password is even looked at."""
    taken = [
        limits.take("sign-in", account.casefold(), limit=PER_ACCOUNT, seconds=WINDOW_SECONDS),
        limits.take("sign-in-from", ip, limit=PER_ADDRESS, seconds=WINDOW_SECONDS),
    ]
    wait = max(one.retry_after_seconds for one in taken)
    if all(one.allowed for one in taken):
        return
    minutes = max(1, (wait + 59) // 60)
    again = ngettext("Try again in %(minutes)s minute.", "Try again in %(minutes)s minutes.", minutes)
    raise TooManyTries(f"{_('Too many tries.')} {again % {'minutes': minutes}}")


def succeeded(account: str) -> None:
    """The account's count begins anew."""
    limits.forget("sign-in", account.casefold())

"""The people who sign in: the first account of a new installation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from mailhub.accounts.models import User

FIRST_USERNAME = "admin"


@dataclass(frozen=True)
class FirstAccount:
    """Who may sign in first; `password` is given only when it was made up just now."""

    username: str
    password: str | None


@transaction.atomic
def create_first(*, password: str) -> FirstAccount | None:
    """Make the first administrator, with `password` or, when that is empty, a random one.

    None when there is an administrator or an account of that name: nothing of theirs is ever changed.
    """
    if User.objects.filter(Q(is_superuser=True) | Q(username=FIRST_USERNAME)).exists():
        return None
    chosen = password or secrets.token_urlsafe(12)
    User.objects.create_superuser(FIRST_USERNAME, password=chosen)
    return FirstAccount(FIRST_USERNAME, None if password else chosen)

"""Staff: the people who sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """One member of staff. Our own from the first migration, so that roles can grow on it."""

    class Meta:
        db_table = "accounts_user"

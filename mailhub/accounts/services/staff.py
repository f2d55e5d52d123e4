"""The people who sign in: the first account, new colleagues, what they may do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from mailhub.accounts.models import Role, User
from mailhub.lib.errors import UserError

FIRST_USERNAME = "admin"


class LastAdministrator(UserError):
    """Somebody must be left who can let others in."""


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
    User.objects.create_superuser(FIRST_USERNAME, password=chosen, role=Role.ADMIN, may_export=True)
    return FirstAccount(FIRST_USERNAME, None if password else chosen)


@transaction.atomic
def keep(user: User, *, role: str, password: str = "") -> User:
    """Save a new or changed colleague with that role. Administrators may use the admin pages too.

    Raises LastAdministrator rather than leave nobody with that role.
    """
    is_admin = role == Role.ADMIN
    if user.pk and not is_admin:
        _another_administrator(user)
    user.role = role
    user.is_staff = user.is_superuser = is_admin
    if password:
        user.set_password(password)
    elif user.pk is None:
        user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def set_active(user: User, *, active: bool) -> None:
    """Let somebody in again, or out for good; their name stays with what they did."""
    if not active:
        _another_administrator(user)
    user.is_active = active
    user.save(update_fields=["is_active"])


def invitation(user: User) -> str:
    """The path at which they choose their own password; it ends when that was done, or after three days."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset_choose", args=[uid, default_token_generator.make_token(user)])


def _another_administrator(user: User) -> None:
    others = User.objects.select_for_update().filter(
        Q(is_superuser=True) | Q(role=Role.ADMIN), is_active=True
    )
    if user.effective_role == Role.ADMIN and not others.exclude(pk=user.pk).exists():
        raise LastAdministrator(_("This is the last administrator; make somebody else one first."))

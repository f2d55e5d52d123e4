"""Staff who look at campaigns through the doors."""

from __future__ import annotations

from django.test import Client

from mailhub.accounts.models import User


def sign_in(client: Client, role: str = "sender", **fields: object) -> User:
    """Sign somebody of `role` in."""
    user = User.objects.create_user(
        f"{role}-ann", f"{role}@shop.example", "a long password", role=role, **fields
    )
    client.force_login(user)
    return user

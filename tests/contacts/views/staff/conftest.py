"""Signed-in staff of each role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.models import User


@pytest.fixture
def staff() -> Callable[..., Client]:
    """`staff("editor", may_export=True)`: a browser in which somebody of that role is signed in."""

    def make(role: str, **flags: Any) -> Client:
        user = User.objects.create_user(f"{role}{User.objects.count()}", password="pw", role=role, **flags)
        client = Client()
        client.force_login(user)
        return client

    return make

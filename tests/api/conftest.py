"""A client that speaks JSON with an API key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.services import api_keys

Call = Callable[..., Any]


@pytest.fixture
def key(db: None) -> str:
    """A key that may do everything."""
    return api_keys.create("Shop", scopes=["all"], requests_per_minute=100_000).secret


@pytest.fixture
def call(key: str) -> Call:
    """`call("POST", "/tags", {"name": "VIP"})`: the response to a request with the key."""

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {key}", **{n.replace("_", "-"): v for n, v in headers.items()}}
        options: dict[str, Any] = {"headers": given}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return getattr(Client(), method.lower())(f"/api/v1{path}", **options)

    return send

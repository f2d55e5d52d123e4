"""Limits count for all processes, and never become an outage."""

from __future__ import annotations

import pytest
from django.conf import settings

from mailhub.lib import limits, valkey


def test_what_is_within_the_limit_is_let_through() -> None:
    taken = [limits.take("try", "ann", limit=2, seconds=60) for _ in range(3)]
    assert [one.allowed for one in taken] == [True, True, False]
    assert 0 < taken[-1].retry_after_seconds <= 60


def test_everybody_has_a_count_of_their_own() -> None:
    limits.take("try", "ann", limit=1, seconds=60)
    assert limits.take("try", "bo", limit=1, seconds=60).allowed
    assert limits.take("other", "ann", limit=1, seconds=60).allowed


def test_a_forgotten_count_begins_anew() -> None:
    limits.take("try", "ann", limit=1, seconds=60)
    limits.forget("try", "ann")
    assert limits.used("try", "ann") == 0


def test_the_key_itself_is_not_kept() -> None:
    limits.take("try", "ann@example.org", limit=1, seconds=60)
    assert not any(b"ann" in key for key in valkey.client().scan_iter("*"))


def test_without_valkey_everything_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "unix:///nowhere/valkey.sock")
    assert limits.take("try", "ann", limit=0, seconds=60).allowed

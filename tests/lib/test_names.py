from __future__ import annotations

import pytest

from mailhub.lib import names


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u00a0\u2060", "\u3164", "\ufeff", "\x00", "\u00ad"])
def test_what_cannot_be_seen_is_no_name(text: str) -> None:
    assert not names.is_visible(text)


@pytest.mark.parametrize("text", ["a", "小王", "\u200bx", "🎉", "–", "\u0928\u093f"])
def test_what_can_be_seen_is_one(text: str) -> None:
    assert names.is_visible(text)

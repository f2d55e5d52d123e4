"""What people type behind --from and --at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from campaigns.console import arguments
from campaigns.console.arguments import BadArgument

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Ann <ann@example.org>", "Ann", "ann@example.org"),
        ("ann@example.org", "", "ann@example.org"),
        ('"Shop, Inc." <news@example.org>', "Shop, Inc.", "news@example.org"),
        ("Shop, Inc. <news@example.org>", "Shop, Inc.", "news@example.org"),
        (r'"Ann \"A\" Shop" <news@example.org>', 'Ann "A" Shop', "news@example.org"),
        ("  小店 < news@Example.ORG > ", "小店", "news@example.org"),
        ("Ann <ann@bücher.example>", "Ann", "ann@xn--bcher-kva.example"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, name: str, address: str) -> None:
    assert arguments.sender(text) == (name, address)


@pytest.mark.parametrize(
    "text", ["Ann", "Ann <ann>", "Ann <>", "Ann <ann@example.org> more", "<a@b.c> <d@e.f>"]
)
def test_what_is_no_sender_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadArgument, match=r"Name <a@example\.org>"):
        arguments.sender(text)


def test_a_name_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(BadArgument, match="121 characters"):
        arguments.sender("n" * 121 + " <ann@example.org>")


def test_a_moment_carries_its_offset() -> None:
    at = arguments.moment("2026-03-01T15:00+02:00", now=NOW)
    assert at == datetime(2026, 3, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tomorrow", "is not a time"),
        ("2026-03-01T15:00", "names no time zone"),
        ("2026-03-01T12:00+02:00", "is past"),
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadArgument, match=complaint):
        arguments.moment(text, now=NOW)

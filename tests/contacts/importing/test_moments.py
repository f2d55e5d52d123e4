"""Moments are read as other products write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contacts.importing import moments

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-04 10:11:12", datetime(2021, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("2021-03-04T10:11:12Z", datetime(2021, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("2021-03-04T10:11:12+02:00", datetime(2021, 3, 4, 8, 11, 12, tzinfo=UTC)),
        ("2021-03-04 10:11:12.123456 +0000 UTC", datetime(2021, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("2021-03-04", datetime(2021, 3, 4, tzinfo=UTC)),
        ("2021-13-04", None),
        ("yesterday", None),
        ("1969-01-01", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert moments.read(text, now=NOW) == moment

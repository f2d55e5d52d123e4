"""What fields take and what they keep."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from contacts.services import fields


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  blue ", "blue"),
        ("text", "a\x00b", "ab"),
        ("text", 7, "7"),
        ("number", "30", 30),
        ("number", "-2.5", -2.5),
        ("number", 4, 4),
        ("date", "2026-03-31", "2026-03-31"),
        ("date", "2026-03-31T23:00:00Z", "2026-03-31"),
        ("date", date(2026, 3, 31), "2026-03-31"),
        ("date", datetime(2026, 3, 31, 12), "2026-03-31"),  # noqa: DTZ001  # as spreadsheets give it
        ("boolean", "Yes", True),
        ("boolean", "是", True),
        ("boolean", False, False),
        ("boolean", "0", False),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("json", ["a"], ["a"]),
        ("number", "", None),
        ("text", "   ", None),
        ("json", None, None),
    ],
)
def test_a_value_is_kept_as_its_type(kind: str, typed: object, kept: object) -> None:
    assert fields.coerce(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "thirty"),
        ("number", "nan"),
        ("number", "1e999"),
        ("number", True),
        ("date", "31/03/2026"),
        ("boolean", "maybe"),
        ("json", "{"),
        ("text", "x" * 10_001),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, typed: object) -> None:
    with pytest.raises(fields.InvalidValue):
        fields.coerce(kind, typed)


@pytest.mark.parametrize("key", ["shoe_size", "a", "a1"])
def test_a_key_may_be_chosen(key: str) -> None:
    assert fields.check_key(key) == key


@pytest.mark.parametrize("key", ["email", "custom", "Shoe", "1st", "a-b", "", "a\n", "x" * 64])
def test_a_key_is_refused(key: str) -> None:
    with pytest.raises(fields.InvalidValue):
        fields.check_key(key)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("EN", "en"),
        ("de_at", "de-AT"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("zh_Hans", "zh-Hans"),
        ("es-419", "es-419"),
    ],
)
def test_a_locale_is_written_one_way(typed: str, kept: str) -> None:
    assert fields.clean({"locale": typed}) == {"locale": kept}


def test_built_in_fields_are_one_line_and_short() -> None:
    assert fields.clean({"first_name": " Ann\r\nBcc:  x ", "city": None}) == {
        "first_name": "Ann Bcc: x",
        "city": "",
    }
    with pytest.raises(fields.InvalidValue, match="150"):
        fields.clean({"first_name": "x" * 151})


@pytest.mark.parametrize("typed", ["America/New_york", "AMERICA/NEW_YORK", "America/New_York"])
def test_time_zones_are_known_in_any_case(typed: str) -> None:
    assert fields.clean({"time_zone": typed}) == {"time_zone": "America/New_York"}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("time_zone", "Mars/Base"),
        ("time_zone", "../etc"),
        ("locale", "english!"),
        ("tracking", "some"),
        ("nope", "x"),
    ],
)
def test_wrong_built_in_values_are_refused(name: str, typed: str) -> None:
    with pytest.raises(fields.InvalidValue):
        fields.clean({name: typed})

"""One row becomes one person, or a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from contacts.importing import mapping, people
from contacts.importing.people import FIELDS, InvalidRow, Person
from contacts.importing.statuses import Standing
from contacts.models import FieldType

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def read(row: dict[str, str], *, clear: bool = False, kinds: dict[int, FieldType] | None = None) -> Person:
    draft = mapping.propose(list(row), file_name="people.csv")
    plan = mapping.complete(draft, kinds=kinds or {}, attributes={}, known=[])
    return people.Reader(plan, clear=clear, now=NOW).read(list(row.values()))


def field(person: Person, name: str) -> str | None:
    return person.fields[FIELDS.index(name)]


def test_an_address_is_cleaned_and_kept_as_typed() -> None:
    person = read({"email": " \u200bAnn@EXAMPLE.org\u00a0"})
    assert (person.email, person.email_key) == ("Ann@EXAMPLE.org", "ann@example.org")


@pytest.mark.parametrize(
    "email", ["", "  ", "ann", "ann@", "ann@example", "a b@example.org", "x@y@example.org,"]
)
def test_a_row_without_a_usable_address_is_invalid(email: str) -> None:
    with pytest.raises(InvalidRow):
        read({"email": email, "city": "Rome"})


def test_a_row_with_too_many_cells_is_invalid_and_one_with_too_few_is_not() -> None:
    plan = mapping.propose(["email", "city"], file_name="people.csv")
    reader = people.Reader(plan, clear=False, now=NOW)
    with pytest.raises(InvalidRow, match="3 cells, but there are 2 columns"):
        reader.read(["ann@example.org", "Rome", "Italy"])
    assert reader.read(["ann@example.org", "Rome", "", ""]).email == "ann@example.org"
    assert field(reader.read(["ann@example.org"]), "city") is None


def test_a_field_without_a_column_or_with_an_empty_cell_stays() -> None:
    person = read({"email": "ann@example.org", "city": ""})
    assert (field(person, "city"), field(person, "first_name")) == (None, None)


def test_an_empty_cell_clears_when_that_is_asked() -> None:
    person = read({"email": "ann@example.org", "city": "", "Colour": ""}, clear=True)
    assert (field(person, "city"), field(person, "first_name")) == ("", None)
    assert person.cleared == ("colour",)


def test_a_name_of_one_word_leaves_the_last_name_as_it_is() -> None:
    person = read({"email": "ann@example.org", "name": "Ann"})
    assert (field(person, "first_name"), field(person, "last_name")) == ("Ann", None)
    emptied = read({"email": "ann@example.org", "name": ""}, clear=True)
    assert (field(emptied, "first_name"), field(emptied, "last_name")) == ("", "")


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [
        ({"氏名": "山田太郎"}, "山田太郎", None),
        ({"お名前": "山田太郎"}, "山田太郎", None),
        ({"姓名": "山田太郎", "locale": "ja-JP"}, "山田太郎", None),
        ({"name": "金大中", "locale": "ko"}, "金大中", None),
        ({"姓名": "山田太郎", "電話番号のメモ": "-"}, "山田太郎", None),
        ({"姓名": "王小明"}, "小明", "王"),
        ({"氏名": "王小明", "locale": "zh-CN"}, "小明", "王"),
    ],
)
def test_only_chinese_names_are_split_without_a_blank(
    row: dict[str, str], first: str, last: str | None
) -> None:
    person = read({"email": "ann@example.org", **row})
    assert (field(person, "first_name"), field(person, "last_name")) == (first, last)


def test_line_breaks_and_control_characters_do_not_reach_names() -> None:
    person = read({"email": "ann@example.org", "first name": "Ann\r\nBcc: x@example.org\x07"})
    assert field(person, "first_name") == "Ann Bcc: x@example.org"


def test_what_does_not_fit_is_left_out_and_noted() -> None:
    person = read(
        {"email": "ann@example.org", "time zone": "Mars/North", "first name": "x" * 200, "Points": "many"},
        kinds={3: FieldType.NUMBER},
    )
    assert (field(person, "time_zone"), field(person, "first_name"), person.custom) == (None, None, "{}")
    assert len(person.notes) == 3


def test_custom_values_take_their_type() -> None:
    person = read(
        {"email": "ann@example.org", "Points": "12", "VIP": "yes", "Colour": "blue\nred"},
        kinds={1: FieldType.NUMBER, 2: FieldType.BOOLEAN},
    )
    assert json.loads(person.custom) == {"points": 12, "vip": True, "colour": "blue\nred"}


def test_a_phone_number_loses_the_quote_of_a_spreadsheet() -> None:
    assert field(read({"email": "ann@example.org", "phone": "'+4917012345"}), "phone") == "+4917012345"


def test_the_strictest_of_several_status_columns_wins() -> None:
    person = read(
        {
            "email": "ann@example.org",
            "Email Marketing Consent": "SUBSCRIBED",
            "Email Suppressions": "['HARD_BOUNCE']",
        }
    )
    assert person.standing == Standing.HARD_BOUNCE


def test_an_unknown_status_makes_a_contact_without_subscription_and_is_noted() -> None:
    person = read({"email": "ann@example.org", "status": "gold"})
    assert person.standing == Standing.NEVER
    assert "“gold” in “status” is not a known status" in person.notes[0]


def test_the_stated_moment_and_address_of_the_consent_are_kept() -> None:
    person = read(
        {
            "email": "ann@example.org",
            "OPTIN_TIME": "2021-03-04 10:11:12",
            "CONFIRM_IP": "192.0.2.7",
            "LEID": "1",
        }
    )
    assert person.acted_at == datetime(2021, 3, 4, 10, 11, 12, tzinfo=UTC)
    assert person.ip == "192.0.2.7"


def test_a_moment_in_the_future_is_not_believed() -> None:
    assert read({"email": "ann@example.org", "opt in time": "2027-01-01 00:00:00"}).acted_at is None


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"VIP","Early bird"', ["VIP", "Early bird"]),
        ("a; b;", ["a", "b"]),
        ("a|b", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
    ],
)
def test_tags_are_split(cell: str, tags: list[str]) -> None:
    assert people.split_tags(cell) == tags

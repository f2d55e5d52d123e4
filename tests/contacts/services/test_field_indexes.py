"""Each custom number and date has an index of its own, on PostgreSQL alone; nobody notices but by the clock."""

from __future__ import annotations

import pytest
from django.db import connection

from contacts.models import Contact, CustomField
from contacts.segments import compiler
from contacts.segments.tree import Condition
from contacts.services import custom_fields, field_indexes, people
from mailhub.lib import clock
from tests.contacts import makers

# An index is made beside what else goes on, which no transaction of a test may be around.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_field_and_no_index() -> None:
    """Emptying the tables leaves the indexes of a test before."""
    CustomField.objects.all().delete()
    field_indexes.keep()


def indexes() -> dict[str, bool]:
    """Name → whether queries may use it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE relname LIKE 'contact\\_field\\_%'"
        )
        return dict(cursor.fetchall())


def expected(*fields: CustomField) -> dict[str, bool]:
    return {f"contact_field_{field.pk}_{field.type}": True for field in fields}


def plan(condition: Condition) -> str:
    rows = Contact.objects.filter(compiler.compile(condition, now=clock.now()))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    try:
        return rows.order_by().values_list("pk").explain()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan")


def found(condition: Condition) -> list[str]:
    rows = Contact.objects.filter(compiler.compile(condition, now=clock.now()))
    return list(rows.order_by("pk").values_list("email", flat=True))


def test_numbers_and_dates_get_an_index_and_other_types_none() -> None:
    points = custom_fields.create("Points", key="points", kind="number")
    birthday = custom_fields.create("Birthday", key="birthday", kind="date")
    custom_fields.create("Club", key="club", kind="text")
    custom_fields.create("VIP", key="vip", kind="boolean")
    field_indexes.keep()
    if connection.vendor == "postgresql":
        assert indexes() == expected(points, birthday)


@pytest.mark.parametrize(
    "condition",
    [
        Condition("custom.points", "gt", 10),
        Condition("custom.points", "lte", 10.5),
        Condition("custom.birthday", "before", "1980-01-01"),
        Condition("custom.birthday", "next", 7),
    ],
)
def test_comparisons_use_the_index(condition: Condition) -> None:
    custom_fields.create("Points", key="points", kind="number")
    custom_fields.create("Birthday", key="birthday", kind="date")
    field_indexes.keep()
    if connection.vendor == "postgresql":
        assert "contact_field_" in plan(condition)


def test_the_same_people_are_found_with_the_index_and_without() -> None:
    custom_fields.create("Points", key="points", kind="number")
    for number, value in enumerate([5, 10, 10.5, 11, -3, None]):
        people.update(makers.make_contact(f"p{number}@example.org"), custom={"points": value})
    Contact.objects.filter(email="p4@example.org").update(custom={"points": "12"})
    above = Condition("custom.points", "gt", 10)
    before = found(above)
    field_indexes.keep()
    assert found(above) == before == ["p2@example.org", "p3@example.org"]


def test_a_field_of_another_type_gets_another_index_and_one_that_is_gone_loses_its_own() -> None:
    points = custom_fields.create("Points", key="points", kind="number")
    size = custom_fields.create("Size", key="size", kind="number")
    field_indexes.keep()
    custom_fields.update(points, label="Points", kind="date")
    custom_fields.delete(size)
    field_indexes.keep()
    if connection.vendor == "postgresql":
        assert indexes() == expected(points)


def test_an_index_that_was_half_made_is_made_anew() -> None:
    points = custom_fields.create("Points", key="points", kind="number")
    field_indexes.keep()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = %s::regclass",
                [f"contact_field_{points.pk}_number"],
            )
        assert not all(indexes().values())
        field_indexes.keep()
        assert indexes() == expected(points)


def test_a_long_text_in_a_field_of_dates_is_no_obstacle() -> None:
    """A field that other systems wrote to, or whose type somebody changed."""
    custom_fields.create("Birthday", key="birthday", kind="date")
    field_indexes.keep()
    contact = makers.make_contact("ann@example.org")
    Contact.objects.filter(pk=contact.pk).update(custom={"birthday": "é" * 10_000})
    assert found(Condition("custom.birthday", "after", "2020-01-01")) == ["ann@example.org"]


def test_only_so_many_fields_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest: each costs every contact that is written."""
    monkeypatch.setattr(field_indexes, "MOST", 2)
    first, second, _third = (
        custom_fields.create(key, key=key, kind="number") for key in ("one", "two", "three")
    )
    field_indexes.keep()
    if connection.vendor == "postgresql":
        assert indexes() == expected(first, second)

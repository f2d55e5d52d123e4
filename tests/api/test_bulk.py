"""Many contacts in one request: each row on its own."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.models import Contact
from contacts.services import people
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


def bulk(call: Call, *rows: Any) -> dict[str, Any]:
    response = call("POST", "/contacts/bulk", {"contacts": list(rows)})
    assert response.status_code == 200, response.content
    return dict(response.json())


def test_each_row_is_answered_in_its_place(call: Call) -> None:
    people.create("ann@example.org", values={"city": "Leeds"})
    people.create("cy@example.org", values={"city": "Leeds"})
    told = bulk(
        call,
        {"email": "ann@example.org", "city": "York"},
        {"email": "nobody"},
        {"email": "bo@example.org"},
        {"email": "CY@example.org", "city": "Leeds"},
    )
    assert [row["status"] for row in told["results"]] == ["updated", "refused", "created", "unchanged"]
    error = told["results"][1]["errors"][0]
    assert (error["field"], error["pointer"]) == ("email", "#/contacts/1/email")
    assert (told["created"], told["updated"], told["unchanged"], told["refused"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"email": "ann@example.org", "custom": {"size": 1}}, "custom.size"),
        ({"email": "ann@example.org", "locale": "klingon!"}, "locale"),
        ({"email": "ann@example.org", "tags": ["x" * 121]}, "tags.0"),
        ({"email": "ann@example.org", "fist_name": "Ann"}, "fist_name"),
        ({"email": 7}, "email"),
        ({}, "email"),
        ("ann@example.org", ""),
        (None, ""),
        ({"email": "ann@example.org", "custom": 3}, "custom"),
        ([], ""),
    ],
)
def test_a_row_that_is_wrong_says_where_and_leaves_nothing(row: Any, field: str, call: Call) -> None:
    told = bulk(call, row, {"email": "bo@example.org"})
    assert told["results"][0]["status"] == "refused"
    assert told["results"][0]["errors"][0].get("field", "") == field
    assert list(Contact.objects.values_list("email", flat=True)) == ["bo@example.org"]


def test_the_same_person_twice_is_one_contact(call: Call) -> None:
    told = bulk(
        call, {"email": "ann@example.org", "tags": ["VIP"]}, {"email": "Ann@Example.org", "tags": ["vip"]}
    )
    assert [row["status"] for row in told["results"]] == ["created", "unchanged"]


def test_a_thousand_are_taken_and_one_more_is_not(call: Call) -> None:
    rows = [{"email": f"person{number}@example.org"} for number in range(1000)]
    assert bulk(call, *rows)["created"] == 1000
    response = call("POST", "/contacts/bulk", {"contacts": [*rows, {"email": "ann@example.org"}]})
    assert response.status_code == 422


def test_what_is_not_said_stays_and_null_empties(call: Call) -> None:
    people.define_field("size", kind="number")
    people.create("ann@example.org", values={"city": "Leeds", "phone": "1"}, custom={"size": 39})
    bulk(call, {"email": "ann@example.org", "phone": None, "custom": {"size": None}})
    ann = Contact.objects.get()
    assert (ann.city, ann.phone, ann.custom) == ("Leeds", "", {})

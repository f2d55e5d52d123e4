"""Whom the list of contacts shows."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from contacts.models import List
from contacts.services import consent, people
from tests import factories
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody(db: None) -> None:
    brand = factories.make_brand()
    news = List.objects.create(name="News", slug="news", brand=brand)
    ann = people.create("ann@example.org", values={"first_name": "Ann", "city": "York"})
    people.create("bo@example.org", values={"first_name": "Bo", "city": "Leeds"})
    people.add_tags(ann, ["VIP"])
    consent.grant(ann, news, method="form")


IN_YORK = json.dumps({"all": [{"field": "city", "operator": "is", "value": "York"}]})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Bo", "Ann"]),
        ({"search": "an"}, ["Ann"]),
        ({"email": "ANN@example.org"}, ["Ann"]),
        ({"email": "cy@example.org"}, []),
        ({"tag": "vip"}, ["Ann"]),
        ({"list": "news"}, ["Ann"]),
        ({"list": "news", "state": "pending"}, []),
        ({"filter": IN_YORK}, ["Ann"]),
        ({"search": "bo", "filter": IN_YORK}, []),
        ({"created_after": "2099-01-01T00:00:00Z"}, []),
        ({"updated_before": "2099-01-01T00:00:00+02:00"}, ["Bo", "Ann"]),
    ],
)
def test_filters_narrow_each_other(query: dict[str, str], names: list[str], call: Call) -> None:

    found = call("GET", f"/contacts?{urlencode(query)}").json()["results"]
    assert [row["first_name"] for row in found] == names


@pytest.mark.parametrize(
    "query",
    [
        "filter=x",
        "filter=%7B%22all%22%3A%5B%7B%7D%5D%7D",
        "list=nothing",
        "email=nobody",
        "created_after=2026-01-01T00:00:00",
        "created_after=yesterday",
        "state=gone",
        "state=pending",
        "list=news&list=news",
    ],
)
def test_a_filter_that_is_none_is_malformed(query: str, call: Call) -> None:
    response = call("GET", f"/contacts?{query}")
    assert response.status_code == 400 and response.json()["detail"]


def test_a_state_alone_asks_for_its_list(call: Call) -> None:
    assert "state needs list" in call("GET", "/contacts?state=pending").json()["detail"]


def test_an_unknown_field_is_answered_with_those_that_there_are(call: Call) -> None:
    people.define_field("shoe_size", kind="number")
    query = urlencode({"filter": json.dumps({"field": "shoe", "operator": "is", "value": 1})})
    detail = call("GET", f"/contacts?{query}").json()["detail"]
    assert "city" in detail and "custom.shoe_size" in detail


def test_one_condition_needs_no_group(call: Call) -> None:
    alone = {"field": "city", "operator": "is", "value": "York"}
    found = call("GET", f"/contacts?{urlencode({'filter': json.dumps(alone)})}").json()["results"]
    assert [row["first_name"] for row in found] == ["Ann"]
    assert call("POST", "/exports", {"filter": alone}).status_code == 202

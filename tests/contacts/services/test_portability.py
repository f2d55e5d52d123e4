"""A copy of all that is kept of a person."""

from __future__ import annotations

import json

import pytest

from contacts.services import people, portability, wishes
from contacts.services.evidence import Evidence
from mailhub.delivery.models import Message
from mailhub.delivery.services import suppression
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def test_it_has_every_subject_and_is_plain_json() -> None:
    ann = makers.make_contact("ann@example.org", first_name="Ann")
    people.define_field("shoe", kind="number")
    ann = people.update(ann, custom={"shoe": 38})
    people.add_tags(ann, ["VIP"])
    news = makers.make_list("News")
    makers.subscribe(ann, news, evidence=Evidence(ip="192.0.2.1", wording="Yes"))
    wishes.receive(ann, frequency="weekly")
    suppression.suppress(ann.address_hash, reason="manual", note="rang us")
    factories.make_sending_dispatch(["ann@example.org", "bo@example.org"], brand=news.brand)

    data = json.loads(json.dumps(portability.data_of(ann)))

    assert data["identity"]["email"] == "ann@example.org"
    assert (data["custom_fields"], data["tags"]) == ({"shoe": 38}, ["VIP"])
    assert data["subscriptions"][0] | {"changed_at": ""} == {
        "list_name": "News", "state": "subscribed", "basis_expires_at": None, "changed_at": "",
    }  # fmt: skip
    assert (data["consent"][0]["wording"], data["consent"][0]["ip"]) == ("Yes", "192.0.2.1")
    assert data["wishes"][0]["frequency"] == "weekly"
    assert data["suppressions"][0]["note"] == "rang us"
    assert [letter["address"] for letter in data["letters"]] == ["ann@example.org"]
    assert Message.objects.count() == 2


def test_of_somebody_new_it_is_empty_and_whole() -> None:
    data = portability.data_of(makers.make_contact("ann@example.org"))

    assert data["letters"] == data["consent"] == data["events"] == []

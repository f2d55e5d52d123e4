"""Who would get a letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from contacts.models import List
from contacts.selectors import audience
from contacts.services import consent, people
from mailhub.delivery.models import Message
from mailhub.delivery.services import ledger
from mailhub.lib import clock, sql
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def rows_of(*lists: List) -> list[dict[str, Any]]:
    query = audience.subscribers(lists)
    with connection.cursor() as cursor:
        cursor.execute(query.sql, sql.adapted(query.params))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def test_a_subscriber_of_several_lists_comes_once_with_the_first() -> None:
    ann, news, offers = makers.make_contact(locale="de"), makers.make_list(), makers.make_list("Offers")
    for list_ in (offers, news):
        makers.subscribe(ann, list_)

    assert rows_of(offers, news) == [
        {
            "recipient_key": ann.address_hash,
            "address": "ann@example.org",
            "address_hash": ann.address_hash,
            "contact_id": ann.pk,
            "list_key": news.key,
            "locale": "de",
            "not_before": None,
        }
    ]


def test_a_list_with_valid_consent_comes_before_one_where_it_ran_out() -> None:
    ann, news, offers = makers.make_contact(), makers.make_list(), makers.make_list("Offers")
    makers.subscribe(ann, news, basis="implied", basis_expires_at=clock.now() - timedelta(days=1))

    assert [row["list_key"] for row in rows_of(news, offers)] == [news.key]
    makers.subscribe(ann, offers)
    assert [row["list_key"] for row in rows_of(news, offers)] == [offers.key]


def test_only_subscribers_of_these_lists_are_named() -> None:
    news, offers = makers.make_list(), makers.make_list("Offers")
    ann, bo, cy = (makers.make_contact(f"{name}@example.org") for name in ("ann", "bo", "cy"))
    makers.subscribe(ann, news)
    consent.withdraw(ann, news, method="page")
    consent.request(bo, news, method="form")
    makers.subscribe(cy, offers)

    assert rows_of(news) == []
    assert rows_of() == []


def test_an_internationalised_address_is_given_as_servers_know_it() -> None:
    news = makers.make_list()
    makers.subscribe(makers.make_contact("Ann@Bücher.example"), news)

    assert [row["address"] for row in rows_of(news)] == ["Ann@xn--bcher-kva.example"]


def test_the_ledger_takes_it() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    dispatch = factories.make_dispatch(source=audience.SOURCE)

    recorded = ledger.record_recipients(dispatch, audience.subscribers([news]))

    assert (recorded.planned, recorded.skipped, recorded.conflicts) == (1, 0, 0)
    assert Message.objects.get(dispatch=dispatch).list_key == news.key


def test_the_schema_names_custom_fields_twice() -> None:
    people.define_field("shoe_size", kind="number")

    schema = audience.merge_schema()

    assert schema["contact.first_name"] == "text"
    assert schema["contact.shoe_size"] == schema["contact.custom.shoe_size"] == "number"
    assert schema["list.name"] == "text"

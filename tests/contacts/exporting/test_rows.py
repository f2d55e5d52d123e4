from __future__ import annotations

import pytest

from contacts.exporting import columns, rows
from contacts.models import Contact, CustomField
from contacts.services import people
from mailhub.delivery.services import suppression
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def test_every_column_is_read_of_everybody_in_the_order_of_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 2)
    list_ = makers.make_list("News")
    for key, kind in (("club", "text"), ("vip", "boolean"), ("shop", "json")):
        CustomField.objects.create(key=key, label=key, type=kind)
    for number in range(5):
        makers.make_contact(f"p{number}@example.org")
    first = Contact.objects.earliest("pk")
    people.update(first, custom={"club": "Gold", "vip": True, "shop": {"a": 1}})
    people.add_tags(first, ["B", "A"])
    makers.subscribe(first, list_)
    suppression.suppress(first.address_hash, reason="complaint")
    keys = ["email", "tags", "suppressed", f"list.{list_.pk}", "custom.club", "custom.vip", "custom.shop"]
    found = list(rows.read(Contact.objects.all(), columns.chosen(keys)))
    assert [row[0] for row in found] == [f"p{number}@example.org" for number in range(5)]
    _email, tags, *rest = found[0]
    assert sorted(tags.split(", ")) == ["A", "B"]
    assert rest == ["complaint", "subscribed", "Gold", '{"a": 1}', "yes"]
    assert found[1][1:] == ["", "", "", None, None, None]


def test_unknown_columns_are_left_out_and_none_means_the_usual_ones() -> None:
    assert [column.key for column in columns.chosen(["city", "gone"])] == ["city"]
    assert "email" in [column.key for column in columns.chosen([])]

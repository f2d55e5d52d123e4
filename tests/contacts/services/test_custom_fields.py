from __future__ import annotations

import pytest

from contacts.models import Contact
from contacts.services import custom_fields, fields, people
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def make_holders(key: str, *found: object) -> None:
    for number, value in enumerate(found):
        contact = makers.make_contact(f"p{number}@example.org")
        people.update(contact, custom={key: value})


def values(key: str) -> list[object]:
    return [contact.custom.get(key) for contact in Contact.objects.order_by("pk")]


def test_a_key_is_checked_and_taken_once() -> None:
    custom_fields.create("Club", key="club", kind="text")
    with pytest.raises(custom_fields.KeyTaken):
        custom_fields.create("Other", key="club", kind="text")
    with pytest.raises(fields.InvalidValue):
        custom_fields.create("Mail", key="email", kind="text")


def test_a_new_type_converts_every_value() -> None:
    field = custom_fields.create("Size", key="size", kind="text")
    make_holders("size", "41", "42.5")
    custom_fields.update(field, label="Shoe size", kind="number")
    assert values("size") == [41, 42.5]
    custom_fields.update(field, label="Shoe size", kind="text")
    assert values("size") == ["41", "42.5"]


def test_a_type_that_a_value_does_not_fit_is_refused_and_nothing_changes() -> None:
    field = custom_fields.create("Size", key="size", kind="text")
    make_holders("size", "41", "large")
    with pytest.raises(custom_fields.CannotConvert, match="such as “large”"):
        custom_fields.update(field, label="Size", kind="number")
    field.refresh_from_db()
    assert field.type == "text" and values("size") == ["41", "large"]


def test_a_deleted_field_takes_its_values_along_and_no_others() -> None:
    field = custom_fields.create("Size", key="size", kind="text")
    custom_fields.create("Club", key="club", kind="text")
    make_holders("size", "41", "42")
    people.update(Contact.objects.latest("pk"), custom={"club": "Gold"})
    makers.make_contact("without@example.org")
    assert custom_fields.holders(field).count() == 2
    assert custom_fields.delete(field) == 2
    assert [contact.custom for contact in Contact.objects.order_by("pk")] == [{}, {"club": "Gold"}, {}]

"""Writing contacts, fields and tags."""

from __future__ import annotations

import pytest

from contacts.models import Contact, CustomField, Tag
from contacts.selectors import people as found
from contacts.services import fields, people
from mailhub.lib.addresses import InvalidAddress

pytestmark = pytest.mark.django_db


def test_a_contact_keeps_what_was_typed_and_is_known_by_its_key() -> None:
    ann = people.create("\u200b Ann@BÜCHER.example\u00a0", values={"first_name": "Ann"})

    assert (ann.email, ann.email_key, ann.address) == (
        "Ann@BÜCHER.example",
        "ann@xn--bcher-kva.example",
        "Ann@xn--bcher-kva.example",
    )
    assert found.by_address("ann@bücher.EXAMPLE") == ann


def test_an_address_belongs_to_one_contact() -> None:
    ann = people.create("ann@example.org")

    with pytest.raises(people.AddressTaken, match="There is already"):
        people.create("Ann@Example.org")
    assert people.get_or_create("ANN@example.org", values={"city": "Rome"}) == (ann, False)
    with pytest.raises(InvalidAddress):
        people.create("nobody")


def test_an_update_leaves_what_is_not_given() -> None:
    people.define_field("age", kind="number")
    people.define_field("club")
    ann = people.create(
        "ann@example.org", values={"city": "Rome", "phone": "1"}, custom={"age": 3, "club": "x"}
    )

    ann = people.update(ann, values={"phone": ""}, custom={"club": ""})

    assert (ann.city, ann.phone, ann.custom) == ("Rome", "", {"age": 3})


def test_unknown_custom_fields_are_refused() -> None:
    with pytest.raises(people.UnknownField, match="age"):
        people.create("ann@example.org", custom={"age": 3})
    assert not Contact.objects.exists()


def test_a_field_is_defined_once() -> None:
    first = people.define_field("shoe_size", kind="number")

    assert people.define_field("shoe_size") == first
    assert (first.label, CustomField.objects.get().type) == ("shoe size", "number")
    with pytest.raises(fields.InvalidValue):
        people.define_field("email")


def test_tags_are_one_whatever_their_case() -> None:
    ann = people.create("ann@example.org")

    people.add_tags(ann, ["VIP", "vip ", "Straße"])
    people.add_tags(ann, ["STRASSE"])
    assert sorted(ann.tags.values_list("name", flat=True)) == ["Straße", "VIP"]

    people.remove_tag(ann, "Vip")
    assert ann.tags.count() == 1
    assert Tag.objects.count() == 2


def test_the_value_of_a_deleted_field_stays_or_goes_but_does_not_change() -> None:
    people.define_field("club")
    ann = people.create("ann@example.org", custom={"club": "Gold"})
    CustomField.objects.all().delete()

    ann = people.update(ann, values={"city": "Rome"}, custom={"club": "Gold"})
    assert (ann.city, ann.custom) == ("Rome", {"club": "Gold"})
    with pytest.raises(people.UnknownField, match="club"):
        people.update(ann, custom={"club": "Iron"})
    assert people.update(ann, custom={"club": None}).custom == {}

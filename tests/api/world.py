"""The small world that the examples of the API speak of, and the numbers of its things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.models import List, OptIn
from contacts.services import consent, people
from mailhub.web.api.operations import Ref
from tests import factories

Numbers = Mapping[str, int]


def make() -> dict[str, int]:
    """Everything that an example may name → its number."""
    brand = factories.make_brand(sender_address=factories.SENDER)
    news = List.objects.create(
        name="News",
        slug="news",
        brand=brand,
        public=True,
        opt_in=OptIn.DOUBLE,
        description="What is new in the shop, once a month.",
    )
    field = people.define_field("shoe_size", label="Shoe size", kind="number")
    ann = people.create(
        "ann@example.org",
        values={"first_name": "Ann", "last_name": "Lee", "locale": "en", "city": "Leeds", "source": "shop"},
        custom={"shoe_size": 39},
    )
    people.add_tags(ann, ["VIP"])
    assert consent.grant(ann, news, method="form", source="sign-up form")
    return {
        "brand": brand.pk,
        "list": news.pk,
        "field": field.pk,
        "contact": ann.pk,
        "tag": ann.tags.get().pk,
    }


def real(value: Any, numbers: Numbers) -> Any:
    """`value` with the world's numbers in the place of the examples'."""
    if isinstance(value, Ref):
        return numbers[value.name]
    if isinstance(value, Mapping):
        return {name: real(each, numbers) for name, each in value.items()}
    if isinstance(value, list):
        return [real(each, numbers) for each in value]
    return value

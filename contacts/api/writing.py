"""Changes of lists, tags and fields that the API offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from contacts.models import Contact, CustomField, List, Tag
from contacts.services import lists
from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands
from mailhub.web import problems
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem


def create_list(said: Mapping[str, Any]) -> List:
    slug = said.get("slug") or slugify(said["name"])
    brand = brands.default()
    if "brand_id" in said:
        found = Brand.objects.filter(pk=said["brand_id"]).first()
        if found is None:
            raise Invalid("brand_id", f"There is no brand {said['brand_id']}.")
        brand = found
    list_, created = lists.get_or_create(
        slug,
        brand=brand,
        name=said["name"],
        opt_in=said.get("opt_in", "single"),
        public=said.get("public", False),
    )
    if not created:
        raise Fault(Problem(problems.CONFLICT, f"There is already a list with the slug “{slug}”."))
    return change_list(list_, {name: said[name] for name in ("description", "tracking") if name in said})


def change_list(list_: List, said: Mapping[str, Any]) -> List:
    for name, value in said.items():
        setattr(list_, name, value)
    if said:
        list_.save(update_fields=list(said))
    return list_


def delete_list(list_: List) -> None:
    list_.delete()


def rename_field(field: CustomField, *, label: str) -> CustomField:
    field.label = label
    field.save(update_fields=["label"])
    return field


def delete_field(field: CustomField) -> None:
    field.delete()


def rename_tag(tag: Tag, *, name: str) -> Tag:
    tag.name = " ".join(name.split())
    tag.key = tag.name.casefold()
    try:
        with transaction.atomic():
            tag.save(update_fields=["name", "key"])
    except IntegrityError as error:
        raise Fault(Problem(problems.CONFLICT, f"There is already a tag “{tag.name}”.")) from error
    return tag


def delete_tag(tag: Tag) -> None:
    tag.delete()


def delete_contact(contact: Contact) -> None:
    contact.delete()

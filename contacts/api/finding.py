"""Finds what an address of the API names, or answers 404."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from contacts.models import Contact, List
from contacts.selectors import people
from contacts.services import fields
from contacts.services.people import AddressTaken, UnknownField
from mailhub.lib.addresses import InvalidAddress
from mailhub.web import problems
from mailhub.web.api import faults
from mailhub.web.api.faults import Invalid

Found = TypeVar("Found", bound=Model)

faults.register(AddressTaken, problems.CONFLICT)
for error in (fields.InvalidValue, UnknownField, InvalidAddress):
    faults.register(error, problems.INVALID)


def one(rows: QuerySet[Found], number: int, *, what: str) -> Found:
    """The row of this number; 404 that names `what` when there is none."""
    found = rows.filter(pk=number).first()
    if found is None:
        raise faults.missing(what, number)
    return found


def contact(number: int) -> Contact:
    return one(Contact.objects.all(), number, what="contact")


def contact_by_address(address: str) -> Contact:
    """404 when nobody has this address. Raises InvalidAddress."""
    found = people.by_address(address)
    if found is None:
        raise faults.missing("contact with the address", address)
    return found


def list_numbered(number: int) -> List:
    return one(List.objects.select_related("brand"), number, what="list")


def list_of(word: str | int, *, field: str = "list") -> List:
    """The list of this number or slug, as a body names it. Raises Invalid."""
    rows = List.objects.select_related("brand")
    text = str(word)
    found = rows.filter(slug=text).first()
    if found is None and text.isascii() and text.isdigit() and len(text) < 19:
        found = rows.filter(pk=int(text)).first()
    if found is None:
        raise Invalid(field, f"There is no list “{text[:120]}”; name one by its number or its slug.")
    return found

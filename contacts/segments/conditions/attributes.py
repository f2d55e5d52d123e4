"""Conditions about what every contact has: address, names, place, language, source.

The letters a–z compare without case everywhere, other alphabets as far as the database's locale knows
them. Columns are never NULL: what is empty is not filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.segments.field import (
    ANY,
    BEGINS,
    DIFFERS,
    IS,
    IS_NOT,
    KNOWN,
    UNKNOWN,
    Field,
    Moment,
    Operator,
    Text,
    WrongValue,
    clean_text,
)
from mailhub.lib import addresses

GROUP = gettext_lazy("About the person")
OPERATORS = {
    "is": IS,
    "is_not": IS_NOT,
    "differs": DIFFERS,
    "any": ANY,
    "begins": BEGINS,
    "known": KNOWN,
    "unknown": UNKNOWN,
}


class Attribute(Field):
    """A text column. Each operator has an index on PostgreSQL (migrations 0002 and following)."""

    group = GROUP
    operators = OPERATORS

    def __init__(self, column: str, label: Text) -> None:
        self.name = self.column = column
        self.label = label

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        # The indexes leave out the empty; saying so lets them serve.
        filled = Q(**{f"{self.column}__gt": ""})
        match operator:
            case "known":
                return filled
            case "unknown":
                return Q(**{self.column: ""})
            case "is_not":
                return ~(filled & self._is(value))
            case "differs":
                return filled & ~self._is(value)
            case "any":
                return filled & reduce(or_, (self._is(item) for item in value))
            case "begins":
                return filled & Q(**{f"{self.column}__istartswith": value})
        return filled & self._is(value)

    def _is(self, value: str) -> Q:
        return Q(**{f"{self.column}__iexact": value})


class Language(Attribute):
    """`de` means every German, `de-AT` that of Austria alone."""

    operators = {key: operator for key, operator in OPERATORS.items() if key != "begins"}

    def _is(self, value: str) -> Q:
        return Q(locale__iexact=value) | Q(locale__istartswith=f"{value}-")


class Email(Field):
    """The address, in any spelling of it."""

    name = "email"
    label = gettext_lazy("E-mail")
    group = GROUP
    operators = {"is": IS, "is_not": IS_NOT, "any": ANY, "begins": BEGINS}

    def clean(self, operator: Operator, value: object) -> Any:
        cleaned = super().clean(operator, value)
        if operator is not BEGINS:
            for item in cleaned if operator.many else (cleaned,):
                _key_of(item)
        return cleaned

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        match operator:
            case "is_not":
                return ~Q(email_key=_key_of(value))
            case "any":
                return Q(email_key__in=[_key_of(item) for item in value])
            case "begins":
                return Q(email_key__startswith=addresses.clean(value).casefold())
        return Q(email_key=_key_of(value))


def _key_of(text: str) -> str:
    try:
        return addresses.parse(clean_text(text)).key
    except addresses.InvalidAddress as error:
        raise WrongValue(_("“%(value)s” is not an e-mail address.") % {"value": text[:80]}) from error


FIELDS: Sequence[Field] = (
    Email(),
    Attribute("first_name", gettext_lazy("First name")),
    Attribute("last_name", gettext_lazy("Last name")),
    Attribute("city", gettext_lazy("City")),
    Attribute("country", gettext_lazy("Country")),
    Language("locale", gettext_lazy("Language")),
    Attribute("source", gettext_lazy("Source")),
)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return next((field for field in FIELDS if field.name == name), None)

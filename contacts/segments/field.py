"""What a condition can be about: a field with its operators, in SQL and in words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.services import fields
from mailhub.lib.errors import UserError

Text = str | Promise
LONGEST_TEXT = 500
LONGEST_LIST = 200
MOST_DAYS = 36_500


class WrongValue(UserError):
    """A condition's value does not fit its operator; says why."""


@dataclass(frozen=True, slots=True)
class Operator:
    """`label` stands in the builder's choice, `sentence` in the chip, with %(field)s and %(value)s.

    `takes` is text, number, date, days, choice or nothing; `many` takes a list of those.
    """

    label: Text
    sentence: Text
    takes: str = "text"
    many: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """When the conditions are asked, and in whose days: "yesterday" depends on both."""

    now: datetime
    zone: tzinfo

    def start_of(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


class Field(ABC):
    """One thing that is known of contacts. Every condition is true or false of everybody, never NULL."""

    name: str
    label: Text
    # Heading below which the builder offers it.
    group: Text
    operators: Mapping[str, Operator]

    @property
    def offered_operators(self) -> Mapping[str, Operator]:
        """Those that the builder offers."""
        return self.operators

    @abstractmethod
    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        """The filter; `value` is clean."""

    def choices(self) -> Sequence[tuple[str, str]]:
        """(value, name) of what an operator that takes a choice accepts."""
        return ()

    def clean(self, operator: Operator, value: object) -> Any:
        """The value as `q` takes it. Raises WrongValue."""
        if operator.takes == "nothing":
            return None
        if not operator.many:
            return self._clean_one(operator, value)
        values = list(value) if isinstance(value, list | tuple) else [value]
        if not 0 < len(values) <= LONGEST_LIST:
            raise WrongValue(_("Give between 1 and %(most)d values.") % {"most": LONGEST_LIST})
        return tuple(dict.fromkeys(self._clean_one(operator, item) for item in values))

    def say(self, operator: Operator, value: Any) -> str:
        """The condition in words, such as “City is Berlin”; `value` is clean."""
        parts = {"field": str(self.label), "value": self._say_value(operator, value)}
        return str(operator.sentence) % parts

    def _clean_one(self, operator: Operator, value: object) -> Any:
        return CLEANERS[operator.takes](value) if operator.takes in CLEANERS else self._clean_choice(value)

    def _clean_choice(self, value: object) -> str:
        if str(value) not in dict(self.choices()):
            raise WrongValue(_("“%(value)s” is not one of the choices.") % {"value": str(value)[:60]})
        return str(value)

    def _say_value(self, operator: Operator, value: Any) -> str:
        values: Iterable[Any] = value if operator.many else (value,)
        if operator.takes == "nothing":
            return ""
        if operator.takes == "days":
            return ngettext("%(count)d day", "%(count)d days", value) % {"count": value}
        names = dict(self.choices()) if operator.takes == "choice" else {}
        return _(" or ").join(names.get(str(item), str(item)) for item in values)


def clean_text(value: object) -> str:
    """One line that every database takes. Raises WrongValue."""
    text = (
        " ".join(fields.CONTROL.sub("", str(value)).split()) if isinstance(value, str | int | float) else ""
    )
    if not text:
        raise WrongValue(_("Give a value."))
    if len(text) > LONGEST_TEXT:
        raise WrongValue(_("The value is longer than %(most)d characters.") % {"most": LONGEST_TEXT})
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise WrongValue(_("The value has characters that are none."))
    return text


def clean_number(value: object) -> int | float:
    try:
        number = fields.coerce("number", value)
    except fields.InvalidValue as error:
        raise WrongValue(str(error)) from error
    if not isinstance(number, int | float) or abs(number) >= 10**18:
        raise WrongValue(_("Give a number."))
    return number


def clean_date(value: object) -> str:
    """An ISO date. Raises WrongValue."""
    try:
        found = date.fromisoformat(str(value))
    except ValueError as error:
        raise WrongValue(_("“%(value)s” is not a date.") % {"value": str(value)[:40]}) from error
    # A day beside the first and the last has no beginning in some zones.
    if not 2 <= found.year <= 9998:
        raise WrongValue(
            _("“%(value)s” is out of range: give a day of the years 2 to 9998.") % {"value": found}
        )
    return found.isoformat()


def clean_days(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= MOST_DAYS):
        raise WrongValue(_("Give a number of days from 1 to %(most)d.") % {"most": MOST_DAYS})
    return int(text)


CLEANERS = {"text": clean_text, "number": clean_number, "date": clean_date, "days": clean_days}

IS = Operator(gettext_lazy("is"), gettext_lazy("%(field)s is %(value)s"))
IS_NOT = Operator(gettext_lazy("is not (or is empty)"), gettext_lazy("%(field)s is not %(value)s"))
DIFFERS = Operator(
    gettext_lazy("is something other than"), gettext_lazy("%(field)s is something other than %(value)s")
)
ANY = Operator(gettext_lazy("is any of"), gettext_lazy("%(field)s is %(value)s"), many=True)
BEGINS = Operator(gettext_lazy("begins with"), gettext_lazy("%(field)s begins with %(value)s"))
KNOWN = Operator(gettext_lazy("is filled in"), gettext_lazy("%(field)s is filled in"), "nothing")
UNKNOWN = Operator(gettext_lazy("is not filled in"), gettext_lazy("%(field)s is not filled in"), "nothing")
ON = Operator(gettext_lazy("is on"), gettext_lazy("%(field)s is on %(value)s"), "date")
BEFORE = Operator(gettext_lazy("is before"), gettext_lazy("%(field)s is before %(value)s"), "date")
AFTER = Operator(gettext_lazy("is after"), gettext_lazy("%(field)s is after %(value)s"), "date")
LAST = Operator(gettext_lazy("in the last … days"), gettext_lazy("%(field)s in the last %(value)s"), "days")
OLDER = Operator(
    gettext_lazy("longer ago than … days"), gettext_lazy("%(field)s more than %(value)s ago"), "days"
)

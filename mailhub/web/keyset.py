"""Pages of big tables by position, not by number: as fast at the end as at the start."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _

from mailhub.lib.errors import UserError

Row = TypeVar("Row", bound=Model)
AFTER, BEFORE = "a", "b"


class BadCursor(UserError):
    """A cursor that is none of ours, or of another order."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, with the cursors of the pages beside them ("" where there is none)."""

    rows: list[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class _Cursor:
    direction: str
    values: list[Any]


def page(queryset: QuerySet[Row], *, order: Sequence[str], cursor: str = "", size: int = 50) -> Page[Row]:
    """The page that `cursor` names; the first one for "".

    `order` names fields that are never null, "-" for descending; the last one must be unique. Raises
    BadCursor.
    """
    place = _read(cursor, order) if cursor else None
    backwards = place is not None and place.direction == BEFORE
    wanted = [_turned(name) for name in order] if backwards else list(order)
    found = _fetch(queryset.order_by(*wanted), wanted, place, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], "", "")
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return Page(
        found,
        _write(AFTER, found[-1], order) if has_next else "",
        _write(BEFORE, found[0], order) if has_previous else "",
    )


def _fetch(rows: QuerySet[Row], order: Sequence[str], place: _Cursor | None, count: int) -> list[Row]:
    try:
        if place is not None:
            rows = rows.filter(_beyond(order, place.values))
        return list(rows[:count])
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise BadCursor(_("This page is not there any more; begin again with the first one.")) from error


def _beyond(order: Sequence[str], values: list[Any]) -> Q:
    """Rows after `values` in `order`.

    In one direction it is one comparison of rows, which an index over all the fields answers from its
    place, however many rows share the first value; in two the bound on the first field lets its index serve.
    """
    names = [name.lstrip("-") for name in order]
    one_way = len({_comparison(name) for name in order}) == 1
    # SQLite would get it spelled out, without the bound.
    if one_way and len(order) > 1 and connection.features.supports_tuple_lookups:
        compare = TupleLessThan if order[0].startswith("-") else TupleGreaterThan
        return Q(compare(tuple(F(name) for name in names), tuple(values)))
    condition = Q()
    equal: dict[str, Any] = {}
    for name, value in zip(order, values, strict=True):
        condition |= Q(**equal, **{f"{name.lstrip('-')}__{_comparison(name)}": value})
        equal[name.lstrip("-")] = value
    if len(order) > 1:
        condition &= Q(**{f"{names[0]}__{_comparison(order[0])}e": values[0]})
    return condition


def _comparison(name: str) -> str:
    return "lt" if name.startswith("-") else "gt"


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _write(direction: str, row: Row, order: Sequence[str]) -> str:
    values = [_plain(_value(row, name.lstrip("-"))) for name in order]
    text = json.dumps([direction, _signature(order), values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str, order: Sequence[str]) -> _Cursor:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        direction, signature, values = json.loads(text)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadCursor(_("The cursor is not one of ours; begin again with the first page.")) from error
    sound = (
        direction in (AFTER, BEFORE)
        and isinstance(values, list)
        and len(values) == len(order)
        and all(isinstance(value, str | int | float | bool) for value in values)
        and not any(isinstance(value, str) and "\x00" in value for value in values)
    )
    if not sound or signature != _signature(order):
        raise BadCursor(_("The cursor belongs to another list; begin again with the first page."))
    return _Cursor(direction, values)


def _signature(order: Sequence[str]) -> str:
    return ",".join(order)


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value

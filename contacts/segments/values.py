"""Tests of one value in a contact's custom fields, for both databases; each is true or false, never NULL.

On PostgreSQL the tests of equality are a containment in `LOWER(custom::text)::jsonb`, which one GIN index
serves for every field there is (`contact_custom_values`); what is less or more is told by an index for each field
(`contacts.services.field_indexes`) over the same expression. Keys are letters, digits and `_` (fields.KEY).
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler

from contacts.models import FieldType
from contacts.services import fields

# The `<>` is the index's own condition: it serves only queries that say it too.
CONTAINS = "({custom} <> '{{}}' AND LOWER({custom}::text)::jsonb @> LOWER(%s)::jsonb)"
COMPARISONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
# A field's value as PostgreSQL orders it, NULL where it is of another type. Both have a longest size, without which
# an index could refuse a contact; the dates that days are compared with are ten characters.
_NUMBER = "(CASE WHEN JSONB_TYPEOF({custom} -> %s) = 'number' THEN ({custom} ->> %s)::numeric END)"
_DATE = "(CASE WHEN JSONB_TYPEOF({custom} -> %s) = 'string' THEN LEFT({custom} ->> %s, 20) END COLLATE \"C\")"
ORDERED = {FieldType.NUMBER: _NUMBER, FieldType.DATE: _DATE}


def expression(kind: str, key: str) -> str:
    """PostgreSQL's for what comparisons order: the same text for the index and for its queries."""
    if not fields.KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot be a field's key.")
    literal = f"'{key}'"
    return ORDERED[FieldType(kind)].format(custom="custom").replace("%s", literal)


class Test(Func):
    """A boolean over `custom`, written once for each database; {custom} is the column."""

    def __init__(
        self, postgresql: str, sqlite: str, postgresql_values: tuple[Any, ...], sqlite_values: tuple[Any, ...]
    ) -> None:
        super().__init__("custom", output_field=BooleanField())
        self._postgresql = (postgresql, postgresql_values)
        self._sqlite = (sqlite, sqlite_values)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        return self._filled(compiler, *self._postgresql)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        return self._filled(compiler, *self._sqlite)

    def _filled(
        self, compiler: SQLCompiler, text: str, values: tuple[Any, ...]
    ) -> tuple[str, tuple[Any, ...]]:
        column, _ = compiler.compile(self.get_source_expressions()[0])
        return text.format(custom=column), values


def is_text(key: str, text: str) -> Test:
    """The text, whatever its case."""
    sqlite = (
        "COALESCE(JSON_TYPE({custom}, %s) = 'text' AND LOWER(JSON_EXTRACT({custom}, %s)) = LOWER(%s), FALSE)"
    )
    return Test(CONTAINS, sqlite, (_object(key, text),), (_path(key), _path(key), text))


def is_number(key: str, number: int | float) -> Test:
    sqlite = (
        "COALESCE(JSON_TYPE({custom}, %s) IN ('integer', 'real') AND JSON_EXTRACT({custom}, %s) = %s, FALSE)"
    )
    return Test(CONTAINS, sqlite, (_object(key, number),), (_path(key), _path(key), number))


def is_boolean(key: str, value: bool) -> Test:
    sqlite = "COALESCE(JSON_TYPE({custom}, %s) = %s, FALSE)"
    return Test(CONTAINS, sqlite, (_object(key, value),), (_path(key), json.dumps(value)))


def compares_number(key: str, comparison: str, number: int | float) -> Test:
    """A number on that side of `number`; what is no number is on neither."""
    return _compares(FieldType.NUMBER, key, comparison, number, types="('integer', 'real')")


def compares_date(key: str, comparison: str, day: str) -> Test:
    """A text on that side of the ISO date `day` by its code points, as ISO dates are ordered."""
    return _compares(FieldType.DATE, key, comparison, day, types="('text')")


def _compares(kind: FieldType, key: str, comparison: str, value: str | int | float, *, types: str) -> Test:
    sign = COMPARISONS[comparison]
    # Two tests, neither in COALESCE or IS TRUE, for PostgreSQL looks through neither to an index.
    postgresql = f"({ORDERED[kind]} IS NOT NULL AND {ORDERED[kind]} {sign} %s)"
    sqlite = (
        f"COALESCE(JSON_TYPE({{custom}}, %s) IN {types} AND JSON_EXTRACT({{custom}}, %s) {sign} %s, FALSE)"
    )
    return Test(postgresql, sqlite, (*(key,) * 4, value), (_path(key), _path(key), value))


def is_there(key: str) -> Test:
    """The key is there, whatever its value, null and empty text among them."""
    return Test("({custom} ? %s)", "(JSON_TYPE({custom}, %s) IS NOT NULL)", (key,), (_path(key),))


def is_null(key: str) -> Test:
    """The key is there with the value null."""
    sqlite = "COALESCE(JSON_TYPE({custom}, %s) = 'null', FALSE)"
    return Test(CONTAINS, sqlite, (_object(key, None),), (_path(key),))


def is_filled(key: str) -> Test:
    """There is a value, and it is neither null nor empty text."""
    postgresql = "COALESCE({custom} -> %s NOT IN ('null', '\"\"'), FALSE)"
    sqlite = (
        "COALESCE(JSON_TYPE({custom}, %s) <> 'null'"
        " AND NOT (JSON_TYPE({custom}, %s) = 'text' AND JSON_EXTRACT({custom}, %s) = ''), FALSE)"
    )
    return Test(postgresql, sqlite, (key,), (_path(key),) * 3)


def _object(key: str, value: Any) -> str:
    return json.dumps({key: value}, ensure_ascii=False)


def _path(key: str) -> str:
    return f'$."{key}"'

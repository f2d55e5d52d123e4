"""Loads and runs the statements that lie as files in the rooms' sql/ folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from django.db import connection


@cache
def _read(package: str, name: str, vendor: str) -> str:
    folder = resources.files(package) / "sql"
    own = folder / f"{name}.{vendor}.sql"
    return (own if own.is_file() else folder / f"{name}.sql").read_text(encoding="utf-8")


def load(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`, or of its twin for this connection's database.

    A twin is named `<name>.postgresql.sql` or `<name>.sqlite.sql`. Raises FileNotFoundError.
    """
    return _read(package, name, connection.vendor)


def run(package: str, name: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Execute the statement; the number of rows that it touched."""
    with connection.cursor() as cursor:
        cursor.execute(load(package, name), adapted(parameters or {}))
        return int(cursor.rowcount)


def run_many(package: str, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Execute the statement once a row, in one round trip where the driver can; how many it touched."""
    many = [adapted(row) for row in rows]
    if not many:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(load(package, name), many)
        return int(cursor.rowcount)


def rows(package: str, name: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Execute the statement; its answer as dictionaries, keyed by column name."""
    with connection.cursor() as cursor:
        cursor.execute(load(package, name), adapted(parameters or {}))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def numbers(values: Iterable[int]) -> str:
    """A PostgreSQL array as text, for a parameter with a cast (`::bigint[]`).

    The driver writes lists element by element, at fifty times the cost.
    """
    return "{" + ",".join(map(str, values)) + "}"


def texts(values: Sequence[str]) -> str:
    """As `numbers`, of texts; they must hold no NUL, which PostgreSQL has no text for."""
    if not values:
        return "{}"
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
        joined = '","'.join(escaped)
    return '{"' + joined + '"}'


def moments(values: Iterable[datetime | None]) -> str:
    """As `numbers`, of timestamps; None is NULL."""
    return "{" + ",".join(["NULL" if value is None else value.isoformat() for value in values]) + "}"


def moment(value: Any) -> datetime | None:
    """A timestamp out of `rows`, aware: SQLite answers with text or without a zone, always in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def adapted(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Moments as Django writes them, so that raw statements and the ORM compare the same text."""
    adapt = connection.ops.adapt_datetimefield_value
    return {
        name: adapt(value) if isinstance(value, datetime) else value for name, value in parameters.items()
    }

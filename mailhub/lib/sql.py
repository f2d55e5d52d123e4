"""Loads and runs the statements that lie as files in the rooms' sql/ folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from django.db import connection

PARAMETER = re.compile(r"%\((\w+)\)s")


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
        cursor.execute(load(package, name), dict(parameters or {}))
        return int(cursor.rowcount)


def run_many(package: str, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Execute the statement once a row, in one round trip where the driver can."""
    with connection.cursor() as cursor:
        cursor.executemany(load(package, name), [dict(row) for row in rows])
        return int(cursor.rowcount)


def rows(package: str, name: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Execute the statement; its answer as dictionaries, keyed by column name."""
    with connection.cursor() as cursor:
        cursor.execute(load(package, name), dict(parameters or {}))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

"""Brings the checked rows of a file into temporary tables, and settles who stands in it twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from contacts.importing.people import FIELDS, InvalidRow, Person, Reader
from contacts.importing.reading.table import Table
from contacts.importing.rejects import ErrorFile
from contacts.importing.watching import Watch
from mailhub.delivery import hashing
from mailhub.lib import sql

ROWS_AT_ONCE = 5_000
TABLES = ("import_stage", "import_stage_tag", "import_repeat", "import_batch")
STANDING = ("standing", "has_left", "acted_at", "ip")
COLUMNS = ("position", "email", "email_key", "address", "address_hash", *STANDING, *FIELDS)
COLUMNS_OF_STAGE = (*COLUMNS, "custom", "cleared")
COLUMNS_OF_TAGS = ("position", "key", "name")


@dataclass
class Staged:
    """What is known of the whole file once it is staged. Positions count the rows of the file from 1."""

    last_position: int = 0
    invalid: int = 0
    noted: int = 0
    duplicate: int = 0


@dataclass
class _Chunk:
    """Rows on their way into the tables."""

    positions: list[int] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.people)


def stage(table: Table, reader: Reader, *, errors: ErrorFile, watch: Watch) -> Staged:
    """Every valid person of the file is in `import_stage` once afterwards, with the strictest of the statuses.

    The tables are this connection's own and go with it. Nothing else is touched.
    """
    _make_tables()
    staged, chunk = Staged(), _Chunk()
    for line, cells in table.rows():
        staged.last_position += 1
        try:
            person = reader.read(cells)
        except InvalidRow as error:
            staged.invalid += 1
            errors.write(line, cells, str(error))
            continue
        if person.notes:
            staged.noted += 1
            errors.write(line, cells, " ".join(person.notes))
        chunk.positions.append(staged.last_position)
        chunk.people.append(person)
        if len(chunk) >= ROWS_AT_ONCE:
            _write(chunk)
            watch.staged(staged.last_position)
            chunk = _Chunk()
    _write(chunk)
    staged.duplicate = _settle_repeats()
    return staged


def drop() -> None:
    """The temporary tables are gone, if there were any."""
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _make_tables() -> None:
    drop()
    for name in ("import_make_stage", "import_make_stage_tags", "import_make_repeats", "import_make_batch"):
        sql.run("contacts", name)


def _settle_repeats() -> int:
    with transaction.atomic():
        sql.run("contacts", "import_find_repeats")
        sql.run("contacts", "import_raise_standings")
        duplicate = sql.run("contacts", "import_drop_repeats")
    if connection.vendor == "postgresql":
        # Nothing analyses temporary tables by itself, and the merge joins them to big ones.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE import_stage, import_stage_tag")
    return duplicate


def _write(chunk: _Chunk) -> None:
    hashes = hashing.address_hashes(person.email_key for person in chunk.people)
    write = _copy if connection.vendor == "postgresql" else _insert
    with transaction.atomic():
        write("import_stage", COLUMNS_OF_STAGE, _stage_rows(chunk, hashes))
        write("import_stage_tag", COLUMNS_OF_TAGS, _tag_rows(chunk))


def _stage_rows(chunk: _Chunk, hashes: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    moment = connection.ops.adapt_datetimefield_value
    as_array = connection.vendor == "postgresql"
    for position, person, address_hash in zip(chunk.positions, chunk.people, hashes, strict=True):
        yield (
            position,
            person.email,
            person.email_key,
            person.address,
            address_hash,
            int(person.standing),
            int(person.has_left),
            moment(person.acted_at) if person.acted_at else None,
            person.ip,
            *person.fields,
            person.custom,
            list(person.cleared) if as_array else json.dumps(person.cleared),
        )


def _tag_rows(chunk: _Chunk) -> Iterator[tuple[Any, ...]]:
    for position, person in zip(chunk.positions, chunk.people, strict=True):
        if person.tags:
            for key, name in {tag.casefold(): tag for tag in reversed(person.tags)}.items():
                yield position, key, name


def _copy(name: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert(name: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", list(rows))

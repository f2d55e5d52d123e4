"""How many contacts there are, exactly where that is quick and honestly vague where it is not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Count, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from contacts.models import Contact, ContactTag, Subscription

Numbers = TypeVar("Numbers")
# Beyond this many the table says "10 000+".
MOST = 10_000
FEW = 500
PAGE = 50
# What the database may spend on telling how many, FEW included (milliseconds): more where it thinks that the page
# itself costs more than QUICK (in its own units; 1,000 of them took 10 ms, 4,700 took 100 to 300), for then
# the numbers of all are the way to the page. Elsewhere they only tell “10 000+” from “500+”.
BUDGET, COSTLY_BUDGET = 50, 150
QUICK = 3_000
# What is left of it at least, so that numbers beyond FEW are known where an index tells them.
LEAST = 20
# Up to here a table is counted, above it is estimated by PostgreSQL's own statistics.
SMALL = 50_000
# How long counts of big tables are kept (seconds).
KEPT = 60


@dataclass(frozen=True)
class Found:
    """`kind` is exact, capped or estimate; `ids` are the numbers of all, when there are few enough."""

    number: int
    kind: str = "exact"
    ids: list[int] | None = None


class Among(Func):
    """`id = ANY(array)`: ten thousand numbers as one parameter. PostgreSQL only."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(F("pk"), output_field=BooleanField())
        self._ids = list(ids)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, _params = compiler.compile(self.get_source_expressions()[0])
        return f"{column} = ANY(%s)", (self._ids,)


def everybody() -> Found:
    """All contacts there are."""
    rows = estimate(Contact._meta.db_table)
    return Found(rows, "estimate") if rows > SMALL else Found(Contact.objects.count())


def estimate(table: str) -> int:
    """The rows of a table as PostgreSQL remembers them since it last looked; 0 on SQLite, and when it never did."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        (rows,) = cursor.fetchone()
    return max(int(rows), 0)


def count(rows: QuerySet[Contact]) -> Found:
    """How many `rows` there are: up to FEW always, and up to MOST where time allows."""
    numbers = rows.order_by().values_list("pk", flat=True)
    if connection.vendor != "postgresql":
        found = numbers[: MOST + 1].count()
        return Found(MOST, "capped") if found > MOST else Found(found)
    begun = monotonic()
    ids = list(numbers[: FEW + 1])
    if len(ids) <= FEW:
        return Found(len(ids), ids=ids)
    spent = round((monotonic() - begun) * 1000)
    try:
        with _budget(max(_milliseconds(rows) - spent, LEAST)):
            ids = list(numbers[: MOST + 1])
    except OperationalError:
        return Found(FEW, "capped")
    return Found(MOST, "capped") if len(ids) > MOST else Found(len(ids), ids=ids)


def _milliseconds(rows: QuerySet[Contact]) -> int:
    """What counting them is worth, by what PostgreSQL thinks of the newest of them."""
    plan = json.loads(rows.order_by("-created_at", "-id")[:PAGE].explain(format="json"))
    return COSTLY_BUDGET if plan[0]["Plan"]["Total Cost"] > QUICK else BUDGET


def among(ids: Sequence[int]) -> QuerySet[Contact]:
    return Contact.objects.filter(Among(ids))


def by_tag() -> Mapping[int, int]:
    """Tag id → how many bear it. Of big tables as it was within the last minute."""

    def counted() -> dict[int, int]:
        found = ContactTag.objects.order_by().values_list("tag").annotate(number=Count("pk"))
        return {int(tag_id): int(number) for tag_id, number in found}

    return _kept("tags", ContactTag._meta.db_table, counted)


def by_list() -> Mapping[int, Mapping[str, int]]:
    """List id → state → how many. Of big tables as it was within the last minute."""

    def counted() -> dict[int, dict[str, int]]:
        numbers: dict[int, dict[str, int]] = defaultdict(dict)
        found = Subscription.objects.order_by().values_list("list", "state").annotate(number=Count("pk"))
        for list_id, state, number in found:
            numbers[list_id][state] = number
        return dict(numbers)

    return _kept("lists", Subscription._meta.db_table, counted)


def _kept(name: str, table: str, counted: Callable[[], Numbers]) -> Numbers:
    if estimate(table) <= SMALL:
        return counted()
    return cast(Numbers, cache.get_or_set(f"contacts:counts:{name}", counted, KEPT))


@contextmanager
def _budget(milliseconds: int) -> Iterator[None]:
    """Statements within end with OperationalError when they take longer. PostgreSQL only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('statement_timeout', %s, TRUE)", [str(milliseconds)])
        yield
        # An outer transaction goes on after this one.
        cursor.execute("SELECT set_config('statement_timeout', %s, TRUE)", [before])

"""Merges a range of staged rows into the contacts, in one transaction with the import's progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from contacts.importing import runs
from contacts.importing.counts import Counts
from contacts.importing.statuses import Standing
from contacts.importing.terms import Terms
from contacts.models import Import, List
from mailhub.delivery.models import Brand
from mailhub.delivery.services import suppression
from mailhub.lib import clock, sql

# SQLite lets everybody else wait for the length of a batch.
ROWS_AT_ONCE = {"sqlite": 5_000, "postgresql": 25_000}
EMPTYING = {"sqlite": "DELETE FROM", "postgresql": "TRUNCATE"}
WRITING = ("import_change_people", "import_add_tags", "import_tag_people", "import_move_subscriptions")


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scopes in which a suppression keeps a person from the list.

    A list that is not there yet will be the default brand's, if there is one.
    """

    list_id: int
    list_key: str
    brand_key: str

    @classmethod
    def of(cls, list_: List | None) -> Scopes:
        if list_:
            return cls(list_.pk, list_.key, f"brand:{list_.brand_id}")
        brand_id = Brand.objects.order_by("id").values_list("id", flat=True).first() or 0
        return cls(0, "list:0", f"brand:{brand_id}")


def merge(run: Import, list_: List, *, terms: Terms, after: int, upto: int) -> Counts:
    """The people of these positions are in the contacts afterwards, and the import knows it, or neither.

    Raises runs.TakenOver when another process goes on with this import.
    """
    with transaction.atomic():
        runs.hold(run)
        parameters = _parameters(run, list_, terms=terms, after=after, upto=upto)
        if connection.vendor == "postgresql":
            sql.run("contacts", "import_prepare")
            sql.run("contacts", "import_lock_people", parameters)
        counts = _decide(parameters)
        _add_people(counts, parameters)
        _write(parameters)
        _suppress(run, list_, parameters)
        runs.advance(run, counts, position=upto)
    return counts


def rehearse(list_: List | None, *, terms: Terms, after: int, upto: int) -> Counts:
    """What `merge` would count, without a change to anything but the temporary tables."""
    scopes = _scope_parameters(Scopes.of(list_))
    with transaction.atomic():
        return _decide({"after": after, "upto": upto, "basis_expires_at": _ends(terms), **scopes})


def count_suppressed(list_: List | None) -> int:
    """How many people of the staged file can't be mailed, for more than having left the list."""
    [row] = sql.rows("contacts", "import_count_suppressed", _scope_parameters(Scopes.of(list_)))
    return int(row["suppressed"])


def _decide(parameters: dict[str, Any]) -> Counts:
    with connection.cursor() as cursor:
        # Nobody vacuums temporary tables: what DELETE leaves behind would be read again with every batch.
        cursor.execute(f"{EMPTYING[connection.vendor]} import_batch")
    sql.run("contacts", "import_decide", parameters)
    [row] = sql.rows("contacts", "import_count_batch")
    return Counts(**row)


def _add_people(counts: Counts, parameters: dict[str, Any]) -> None:
    added = sql.run("contacts", "import_add_people", parameters)
    # PostgreSQL numbers the new people before it adds them; somebody else's are numbered already.
    if connection.vendor == "sqlite" or added < counts.created:
        sql.run("contacts", "import_link_people", parameters)


def _write(parameters: dict[str, Any]) -> None:
    for name in WRITING:
        sql.run("contacts", name, parameters)
    if connection.vendor == "sqlite":
        # PostgreSQL does it in one statement with the subscriptions.
        sql.run("contacts", "import_record_consent", parameters)
    sql.run("contacts", "import_record_changes", parameters)


def _suppress(run: Import, list_: List, parameters: dict[str, Any]) -> None:
    source = f"import {run.pk}: {run.consent_source}"[:120]
    entries: list[suppression.Entry] = []
    for row in sql.rows("contacts", "import_list_opt_outs", parameters):
        standing = Standing(row["standing"])
        if row["has_left"]:
            entries.append(suppression.Entry(row["address_hash"], "unsubscribed", list_.key, source))
        if standing.suppresses:
            entries.append(suppression.Entry(row["address_hash"], standing.reason, "", source))
    suppression.suppress_many(entries)


def _parameters(run: Import, list_: List, *, terms: Terms, after: int, upto: int) -> dict[str, Any]:
    return {
        "after": after,
        "upto": upto,
        "import_id": run.pk,
        "list_name": list_.name,
        "source": terms.source,
        "basis": str(terms.basis),
        "basis_expires_at": _ends(terms),
        "wording": terms.wording,
        "actor": terms.actor[:150],
        "origin": " ".join(terms.source.split())[:200],
        "now": _stored(clock.now()),
        **_scope_parameters(Scopes.of(list_)),
    }


def _scope_parameters(scopes: Scopes) -> dict[str, Any]:
    return {"list_id": scopes.list_id, "list_key": scopes.list_key, "brand_key": scopes.brand_key}


def _ends(terms: Terms) -> Any:
    return _stored(terms.basis_expires_at) if terms.basis_expires_at else None


def _stored(moment: datetime) -> Any:
    """The moment as this database keeps it, so that statements compare what Django wrote."""
    return connection.ops.adapt_datetimefield_value(moment)

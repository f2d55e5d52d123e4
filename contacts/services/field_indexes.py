"""An index for each custom number and date, so that “more than” and “before” don't read every contact.

On PostgreSQL only. The rows of CustomField say which indexes there must be; beat has the difference made good within
a minute, beside everything else that goes on (CONCURRENTLY). Until then, and beyond MOST, such a condition is as
right and slower.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from contacts.models import CustomField
from contacts.segments import values

logger = logging.getLogger(__name__)

PREFIX = "contact_field_"
# Every index costs each contact that is written; the oldest fields have one.
MOST = 24
# CREATE INDEX CONCURRENTLY waits for every open transaction, and those that come wait for no one.
LONGEST_WAIT = "60s"
# One number for the advisory lock that keeps two makers apart.
LOCK = 5_021_102


def keep() -> None:
    """Make the indexes that are missing or half made, and drop those whose field is gone or of another type.

    Not within a transaction. One that had to wait too long is left to the next call.
    """
    if connection.vendor != "postgresql" or not _differs():
        return
    with _alone() as alone:
        if not alone:
            return
        try:
            _make_good()
        except OperationalError as error:
            logger.warning(
                "The indexes of custom fields are not complete (%s); tried again in a minute.", error
            )


def _differs() -> bool:
    return dict.fromkeys(_wanted(), True) != _existing()


def _make_good() -> None:
    wanted, existing = _wanted(), _existing()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, FALSE)", [LONGEST_WAIT])
        for name, whole in existing.items():
            if name not in wanted or not whole:
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                cursor.execute(f"DROP STATISTICS IF EXISTS {name}_values")
        missing = [name for name in wanted if not existing.get(name)]
        for name in missing:
            value = wanted[name]
            cursor.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON contacts_contact ({value}) WHERE {value} IS NOT NULL"
            )
            # PostgreSQL takes no statistics from partial indexes; without them it guesses.
            cursor.execute(f"CREATE STATISTICS IF NOT EXISTS {name}_values ON {value} FROM contacts_contact")
        if missing:
            cursor.execute("ANALYZE contacts_contact")
            logger.info("Custom fields have %d more indexes.", len(missing))


def _wanted() -> dict[str, str]:
    """Name → the expression. A field that changes its type has another name."""
    ordered = CustomField.objects.filter(type__in=values.ORDERED).order_by("pk")[:MOST]
    return {f"{PREFIX}{field.pk}_{field.type}": values.expression(field.type, field.key) for field in ordered}


def _existing() -> dict[str, bool]:
    """Name → whether it is whole: one whose making was interrupted stays behind, and serves no query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid = 'contacts_contact'::regclass AND starts_with(relname, %s)",
            [PREFIX],
        )
        return dict(cursor.fetchall())


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it; until the block ends nobody else will be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            cursor.execute("RESET lock_timeout")
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

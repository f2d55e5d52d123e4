"""The index of hashes holds the contact's number, too: whom a set of addresses is, is read from it alone.

Suppressions, letters, opens and clicks know people by the hash. PostgreSQL only: Django makes no such
index on SQLite, which keeps the constraint as it is.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

DROP_CONSTRAINT = "ALTER TABLE contacts_contact DROP CONSTRAINT contact_once_per_address_hash"
MAKE_INDEX = (
    "CREATE UNIQUE INDEX contact_once_per_address_hash ON contacts_contact (address_hash) INCLUDE (id)"
)
DROP_INDEX = "DROP INDEX contact_once_per_address_hash"
MAKE_CONSTRAINT = (
    "ALTER TABLE contacts_contact ADD CONSTRAINT contact_once_per_address_hash UNIQUE (address_hash)"
)


def forward(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, DROP_CONSTRAINT, MAKE_INDEX)


def back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, DROP_INDEX, MAKE_CONSTRAINT)


def _run(editor: BaseDatabaseSchemaEditor, *statements: str) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0008_contacts_by_change")]

    operations = [migrations.RunPython(forward, back)]

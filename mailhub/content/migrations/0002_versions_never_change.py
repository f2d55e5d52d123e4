"""Triggers that refuse to change a version or a variant, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = ("content_letterversion", "content_lettervariant")
MESSAGE = "A letter version never changes; make a new one."

POSTGRESQL = f"""
CREATE FUNCTION content_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def freeze(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL)
    for table in TABLES:
        action = (
            "FOR EACH ROW EXECUTE FUNCTION content_refuse_change()"
            if postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        schema_editor.execute(f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE ON {table} {action}")


def thaw(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on_table = f" ON {table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_never_changes{on_table}")
    if postgresql:
        schema_editor.execute("DROP FUNCTION content_refuse_change()")


class Migration(migrations.Migration):
    dependencies = [("content", "0001_letters")]
    operations = [migrations.RunPython(freeze, thaw)]

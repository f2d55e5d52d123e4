"""Drop the second index of address hashes: Django makes it for LIKE, and nobody asks for a part of a hash.

A marketing letter writes one row here, and paid for both.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEX = "delivery_addressrecord_address_hash_2d50e454_like"


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {INDEX} ON delivery_addressrecord (address_hash varchar_pattern_ops)"
        )


class Migration(migrations.Migration):
    dependencies = [("delivery", "0016_rules_for_subdomains")]
    operations = [migrations.RunPython(drop, make)]

"""PostgreSQL learns how often the values of filters occur: it does not take that from partial indexes.

Without it every city and country is guessed to hold half a percent of everybody.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EXPRESSIONS = {
    "city": "UPPER(city::text)",
    "country": "UPPER(country::text)",
    "locale": "UPPER(locale::text)",
    "source": "UPPER(source::text)",
    "custom": "LOWER(custom::text)::jsonb",
}


def forward(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name, expression in EXPRESSIONS.items():
            editor.execute(f"CREATE STATISTICS contact_{name}_folded ON ({expression}) FROM contacts_contact")
        editor.execute("ANALYZE contacts_contact")


def back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name in EXPRESSIONS:
            editor.execute(f"DROP STATISTICS contact_{name}_folded")


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_browsing")]

    operations = [migrations.RunPython(forward, back)]

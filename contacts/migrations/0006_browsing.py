"""Saved views, acts on many contacts, and the indexes with which a million contacts are browsed."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import mailhub.lib.clock

# One index of addresses serves `=`, LIKE 'x%' and ORDER BY: with the collation "C" the default operator
# class does all three. The table is not rewritten.
ADDRESSES = [
    "DROP INDEX contact_once_per_address",
    'ALTER TABLE contacts_contact ALTER COLUMN email_key TYPE varchar(320) COLLATE "C"',
    "CREATE UNIQUE INDEX contact_once_per_address ON contacts_contact (email_key)",
]
ADDRESSES_BACK = [
    "DROP INDEX contact_once_per_address",
    'ALTER TABLE contacts_contact ALTER COLUMN email_key TYPE varchar(320) COLLATE "default"',
    "CREATE UNIQUE INDEX contact_once_per_address ON contacts_contact (email_key varchar_pattern_ops)",
]
# For the operators of contacts.segments.conditions.attributes, as Django writes iexact and istartswith.
# Partial: a contact without the value, and an import without the column, pay nothing.
COLUMNS = ("city", "country", "locale", "source")
FILTERS = [
    f"CREATE INDEX contact_{column} ON contacts_contact (UPPER({column}::text) text_pattern_ops)"
    f" WHERE {column} > ''"
    for column in COLUMNS
]
# For contacts.segments.values: equality in any custom field, whatever its case.
FILTERS += [
    "CREATE INDEX contact_custom_values ON contacts_contact"
    " USING gin ((LOWER(custom::text)::jsonb) jsonb_path_ops) WHERE custom <> '{}'"
]
FILTERS_BACK = [f"DROP INDEX contact_{name}" for name in (*COLUMNS, "custom_values")]


def forward(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, ADDRESSES + FILTERS)


def back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, FILTERS_BACK + ADDRESSES_BACK)


def _run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    # SQLite compares addresses byte by byte as it is, and serves some ten thousand contacts without these.
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0005_confirmation_of_several_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("contact", "contact_once_per_address"),
                migrations.AddConstraint(
                    "contact", models.UniqueConstraint(fields=["email_key"], name="contact_once_per_address")
                ),
            ],
            database_operations=[migrations.RunPython(forward, back)],
        ),
        migrations.AddIndex("contact", models.Index(fields=["created_at", "id"], name="contact_by_age")),
        migrations.AlterField("contact", "created_at", models.DateTimeField(default=mailhub.lib.clock.now)),
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subscribe", "Add to a list"),
                            ("unsubscribe", "Remove from a list"),
                            ("tag", "Add a tag"),
                            ("untag", "Remove a tag"),
                            ("delete", "Delete contacts"),
                            ("export", "Export"),
                        ],
                        max_length=12,
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("choice", models.JSONField(blank=True, default=dict)),
                (
                    "words",
                    models.TextField(blank=True, default="", help_text="Whom it is done to, in words."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("finished", "finished"),
                            ("failed", "failed"),
                            ("stopped", "stopped"),
                        ],
                        default="running",
                        max_length=8,
                    ),
                ),
                (
                    "problem",
                    models.TextField(blank=True, default="", help_text="Why it failed, in a sentence."),
                ),
                ("total_count", models.PositiveBigIntegerField(default=0)),
                ("done_count", models.PositiveBigIntegerField(default=0)),
                ("counts", models.JSONField(blank=True, default=dict, help_text="Outcome → how many.")),
                (
                    "position_id",
                    models.BigIntegerField(default=0, help_text="The last contact that is done."),
                ),
                ("last_id", models.BigIntegerField(default=0, help_text="Who came later is left alone.")),
                (
                    "file",
                    models.CharField(
                        blank=True, default="", help_text="Of an export, in the storage.", max_length=255
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["heartbeat_at"],
                        name="bulk_job_running",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("shared", models.BooleanField(default=False)),
                ("query", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                ("updated_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="saved_view_once_per_name")
                ],
            },
        ),
    ]

"""Drafts, texts set aside, images and test letters; versions say who made them, and how big they are."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import mailhub.lib.clock

guard = import_module("mailhub.content.migrations.0002_versions_never_change")

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def words() -> list[tuple[str, Any]]:
    return [
        ("locale", models.CharField(max_length=35, verbose_name="language")),
        ("subject", models.TextField(blank=True, default="", verbose_name="subject")),
        ("preheader", models.TextField(blank=True, default="", verbose_name="preheader")),
        ("body", models.TextField(blank=True, default="", verbose_name="body")),
        ("text", models.TextField(blank=True, default="", verbose_name="text part")),
    ]


def letter(name: str) -> Any:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=name, to="content.letter"
    )


def guard_again(apps: Any, schema_editor: Any) -> None:
    """SQLite adds a column by making the table anew, and its trigger goes with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS content_lettervariant_never_changes")
        guard.freeze(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("content", "0002_versions_never_change")]

    operations = [
        migrations.AddField(
            "letter",
            "description",
            models.CharField(blank=True, default="", max_length=300, verbose_name="description"),
        ),
        migrations.AddField(
            "letter",
            "is_template",
            models.BooleanField(
                default=False, help_text="Offered when somebody begins a new letter.", verbose_name="template"
            ),
        ),
        migrations.AddField(
            "letter", "archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")
        ),
        migrations.AddField(
            "letterversion",
            "created_by",
            models.CharField(blank=True, default="", max_length=150, verbose_name="made by"),
        ),
        migrations.AddField(
            "letterversion",
            "note",
            models.CharField(blank=True, default="", max_length=300, verbose_name="note"),
        ),
        migrations.AddField(
            "letterversion",
            "size",
            models.PositiveIntegerField(
                default=0, help_text="Bytes of the HTML part in the default language.", verbose_name="size"
            ),
        ),
        migrations.CreateModel(
            name="Image",
            fields=[
                ("id", ID.clone()),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Read where it is not seen.",
                        max_length=300,
                        verbose_name="alternative text",
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        help_text="32 hex digits and the type's ending.", max_length=80, unique=True
                    ),
                ),
                ("content_type", models.CharField(max_length=20)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("animated", models.BooleanField(default=False)),
                ("uploaded_by", models.CharField(blank=True, default="", max_length=150)),
                ("created_at", models.DateTimeField(db_index=True, default=mailhub.lib.clock.now)),
            ],
            options={"verbose_name": "image", "verbose_name_plural": "images"},
        ),
        migrations.CreateModel(
            name="LetterDraft",
            fields=[
                ("id", ID.clone()),
                *words(),
                ("is_default", models.BooleanField(default=False)),
                (
                    "base_number",
                    models.PositiveIntegerField(help_text="The version that the work began with."),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="Counts the savings; finds what was overtaken."
                    ),
                ),
                ("changed_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                ("changed_by", models.CharField(blank=True, default="", max_length=150)),
                ("letter", letter("drafts")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "locale"), name="letter_draft_once_per_language"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", ID.clone()),
                *words(),
                ("written_by", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                ("letter", letter("set_aside")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "locale", "written_by"), name="letter_set_aside_once_per_writer"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="TestLetter",
            fields=[
                ("id", ID.clone()),
                ("locale", models.CharField(max_length=35)),
                (
                    "reader_key",
                    models.CharField(
                        blank=True, default="", help_text="Whose data it was written with.", max_length=40
                    ),
                ),
                ("reader_label", models.CharField(blank=True, default="", max_length=300)),
                ("dispatch_id", models.BigIntegerField(blank=True, null=True)),
                ("sent_by", models.CharField(blank=True, default="", max_length=150)),
                ("created_at", models.DateTimeField(default=mailhub.lib.clock.now)),
                ("letter", letter("tests")),
            ],
            options={"indexes": [models.Index(fields=["letter", "-id"], name="test_of_letter")]},
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]

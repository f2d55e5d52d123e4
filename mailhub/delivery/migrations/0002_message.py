"""The ledger's rows: a plain table on SQLite, partitioned by ranges of dispatch_id on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

from mailhub.lib import sql

STATES = ["queued", "claimed", "deferred", "sent", "failed", "skipped", "uncertain", "cancelled"]


def create_table(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(sql.load("mailhub.delivery", "create_message_table"))
    else:
        schema_editor.create_model(apps.get_model("delivery", "Message"))


def drop_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE delivery_message")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        # Django 5.2 cannot register a model with a composite key in the admin: for Django the key is `id`.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recipient_key", models.CharField(max_length=64)),
                        ("address", models.CharField(max_length=320)),
                        ("address_hash", models.CharField(max_length=32)),
                        ("contact_id", models.BigIntegerField(blank=True, null=True)),
                        ("list_key", models.CharField(blank=True, default="", max_length=64)),
                        ("locale", models.CharField(blank=True, default="", max_length=35)),
                        (
                            "variant",
                            models.CharField(
                                blank=True, default="", help_text="The arm of an A/B test.", max_length=8
                            ),
                        ),
                        ("content_version_id", models.BigIntegerField(blank=True, null=True)),
                        ("not_before", models.DateTimeField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[(state, state.capitalize()) for state in STATES],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=40)),
                        (
                            "reply",
                            models.CharField(
                                blank=True, default="", help_text="The server's answer.", max_length=300
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "dispatch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="delivery.dispatch",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["dispatch", "id"], name="message_in_dispatch")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("dispatch", "recipient_key"), name="message_once_per_dispatch"
                            )
                        ],
                    },
                )
            ]
        ),
        migrations.RunPython(create_table, drop_table),
    ]

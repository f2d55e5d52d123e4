"""Imports are prepared on screens, watched, and undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mailhub.lib.clock


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_forms_and_wishes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="check_result",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="What the last dry run of these choices found; empty = none yet.",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="choices",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="What staff chose on the way: columns, empty cells, consent, scope.",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="created_at",
            field=models.DateTimeField(default=mailhub.lib.clock.now),
        ),
        migrations.AddField(
            model_name="import",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="error_upload",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The same file's name in the private storage.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="file_bytes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="kind",
            field=models.CharField(
                choices=[("people", "people for a list"), ("blocked", "addresses that must not be mailed")],
                default="people",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="look",
            field=models.JSONField(
                blank=True, default=dict, help_text="What was found in the file: columns, samples."
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="noted_count",
            field=models.PositiveBigIntegerField(
                default=0, help_text="Rows that came in without something that could not be understood."
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="phase",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "nothing"),
                    ("looking", "looking at the file"),
                    ("reading", "reading"),
                    ("checking", "checking"),
                    ("importing", "importing"),
                    ("undoing", "undoing"),
                ],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="phase_done_count",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="phase_started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="phase_total_count",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="import",
            name="undo_counts",
            field=models.JSONField(blank=True, default=dict, help_text="What the undo did, and left."),
        ),
        migrations.AddField(
            model_name="import",
            name="undo_position",
            field=models.BigIntegerField(default=0, help_text="Changes up to this number are undone."),
        ),
        migrations.AddField(
            model_name="import",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="upload",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Its name in the private storage; empty = not kept.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="importchange",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="importchange",
            name="contact_updated_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When the contact was last changed before; empty = it was not there.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="consentrecord",
            name="action",
            field=models.CharField(
                choices=[
                    ("requested", "asked to subscribe"),
                    ("granted", "subscribed"),
                    ("confirmed", "confirmed"),
                    ("withdrawn", "unsubscribed"),
                    ("restored", "took the unsubscribe back"),
                    ("lapsed", "never confirmed"),
                    ("undone", "import undone"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="consent_source",
            field=models.TextField(
                blank=True, default="", help_text="Where these people agreed, as the staff stated it."
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="error_file",
            field=models.CharField(
                blank=True, default="", help_text="Path of the rows that did not go in whole.", max_length=500
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "being prepared"),
                    ("running", "running"),
                    ("finished", "finished"),
                    ("failed", "failed"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                ],
                default="running",
                max_length=8,
            ),
        ),
    ]

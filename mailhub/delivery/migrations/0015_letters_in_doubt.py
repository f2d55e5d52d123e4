"""Dispatches with letters in doubt are found by a small index; those of before are marked once."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def mark(apps: Any, schema_editor: Any) -> None:
    doubtful = apps.get_model("delivery", "Message").objects.filter(state="uncertain")
    dispatches = apps.get_model("delivery", "Dispatch").objects
    dispatches.filter(pk__in=doubtful.values("dispatch_id")).update(doubted_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("delivery", "0014_soft_bounce_reason")]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="doubted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a letter of it was last in doubt; empty once a person settled all.",
                null=True,
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("doubted_at__isnull", False)), fields=["id"], name="dispatch_in_doubt"
            ),
        ),
    ]

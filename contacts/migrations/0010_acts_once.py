from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A form that is sent twice begins its act once."""

    dependencies = [("contacts", "0009_hashes_with_numbers")]

    operations = [
        migrations.AddField(
            model_name="bulkjob",
            name="form_key",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Of the form that began it.",
                max_length=64,
                null=True,
                unique=True,
            ),
        ),
    ]

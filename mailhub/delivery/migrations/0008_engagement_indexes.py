"""Who opened or clicked lately is found without reading every address; a send writes neither index."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_suppression_indexes")]

    operations = [
        migrations.AddIndex(
            "addressrecord",
            models.Index(
                fields=["last_opened_at"],
                condition=models.Q(last_opened_at__isnull=False),
                name="address_opened",
            ),
        ),
        migrations.AddIndex(
            "addressrecord",
            models.Index(
                fields=["last_clicked_at"],
                condition=models.Q(last_clicked_at__isnull=False),
                name="address_clicked",
            ),
        ),
    ]

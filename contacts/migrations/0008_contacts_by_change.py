"""Who changed lately is found and put in order without reading everybody."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0007_statistics_of_filters")]

    operations = [
        migrations.AddIndex("contact", models.Index(fields=["updated_at", "id"], name="contact_by_change")),
    ]

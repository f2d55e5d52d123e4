"""A sending domain may leave its DKIM signature to the server that letters go to."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_provider_routes")]

    operations = [
        migrations.AddField(
            "sendingdomain",
            "relay_signs",
            models.BooleanField(
                default=False,
                help_text="Letters leave unsigned: the server that they go to signs them.",
            ),
        ),
    ]

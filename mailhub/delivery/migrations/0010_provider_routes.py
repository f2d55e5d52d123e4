"""Routes may lead to a mail provider's API: which one, its settings, and its credentials, encrypted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_limits")]

    operations = [
        migrations.AlterField(
            model_name="storedroute",
            name="transport",
            field=models.CharField(
                choices=[
                    ("smtp", "Mail server (SMTP)"),
                    ("anymail", "Mail provider (API)"),
                    ("capture", "Capture mailbox: nothing leaves"),
                ],
                default="smtp",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="storedroute",
            name="provider",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="storedroute",
            name="settings",
            field=models.JSONField(blank=True, default=dict, help_text="The provider's, but its secrets."),
        ),
        migrations.AddField(
            model_name="storedroute",
            name="secrets",
            field=models.TextField(blank=True, default="", help_text="JSON by name, encrypted."),
        ),
        migrations.AddField(
            model_name="storedroute",
            name="used_at",
            field=models.DateTimeField(
                blank=True, help_text="When the provider last took a letter.", null=True
            ),
        ),
    ]

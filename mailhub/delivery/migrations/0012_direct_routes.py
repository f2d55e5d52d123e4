"""A route may lead straight to the recipients' own servers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0011_sign_at_relay")]

    operations = [
        migrations.AlterField(
            model_name="storedroute",
            name="transport",
            field=models.CharField(
                choices=[
                    ("smtp", "Mail server (SMTP)"),
                    ("anymail", "Mail provider (API)"),
                    ("direct", "Straight to the recipients' servers (MX)"),
                    ("capture", "Capture mailbox: nothing leaves"),
                ],
                default="smtp",
                max_length=10,
            ),
        ),
    ]

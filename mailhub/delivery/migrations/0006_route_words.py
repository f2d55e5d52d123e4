"""The choices of routes say their words with a capital letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_captured_letter_size")]

    operations = [
        migrations.AlterField(
            model_name="storedroute",
            name="transport",
            field=models.CharField(
                choices=[("smtp", "Mail server (SMTP)"), ("capture", "Capture mailbox: nothing leaves")],
                default="smtp",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="storedroute",
            name="tls",
            field=models.CharField(
                choices=[
                    ("starttls", "STARTTLS"),
                    ("implicit", "TLS from the first byte"),
                    ("none", "No encryption"),
                ],
                default="starttls",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="storedroute",
            name="use",
            field=models.CharField(
                blank=True,
                choices=[
                    ("everything", "Every letter"),
                    ("marketing", "Marketing letters only"),
                    ("transactional", "Transactional letters only"),
                    ("", "None: kept for later"),
                ],
                default="everything",
                max_length=13,
            ),
        ),
    ]

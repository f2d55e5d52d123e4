"""Brand's look, senders, stored routes, what DNS was found to say, and who took the letters."""

import django.db.models.deletion
from django.db import migrations, models


def make_senders(apps, schema_editor):
    """Each brand's usual sender becomes the first of its senders."""
    brand = apps.get_model("delivery", "Brand")
    sender = apps.get_model("delivery", "Sender")
    for row in brand.objects.exclude(sender_address=""):
        sender.objects.create(brand=row, name=row.sender_name, address=row.sender_address)


def measure_captured(apps, schema_editor):
    """Letters that were captured before have a size too, and their dispatches were captured."""
    length = "octet_length" if schema_editor.connection.vendor == "postgresql" else "length"
    schema_editor.execute(f"UPDATE delivery_capturedletter SET size_bytes = {length}(raw)")
    schema_editor.execute(
        "UPDATE delivery_dispatch SET captured_at = COALESCE(started_at, created_at)"
        " WHERE id IN (SELECT dispatch_id FROM delivery_capturedletter)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0002_message"),
    ]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="accent",
            field=models.CharField(default="#0b6b62", help_text="Like #0b6b62.", max_length=7),
        ),
        migrations.AddField(
            model_name="brand",
            name="logo",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Its name in the file storage; empty means none.",
                max_length=255,
            ),
        ),
        migrations.AddField(
            model_name="capturedletter",
            name="sender",
            field=models.CharField(blank=True, default="", help_text="Its From, as shown.", max_length=400),
        ),
        migrations.AddField(
            model_name="capturedletter",
            name="size_bytes",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="captured_at",
            field=models.DateTimeField(
                blank=True, help_text="When the capture mailbox first took a letter of it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="left_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a route that leaves the house first took a letter of it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="dkimkey",
            name="pending",
            field=models.BooleanField(
                default=False, help_text="Takes over from the present key once DNS shows it."
            ),
        ),
        migrations.AddField(
            model_name="sendingdomain",
            name="answered_by",
            field=models.CharField(blank=True, default="", help_text="The name server.", max_length=120),
        ),
        migrations.AddField(
            model_name="sendingdomain",
            name="findings",
            field=models.JSONField(
                blank=True, default=list, help_text="What the last check found of each record."
            ),
        ),
        migrations.AddField(
            model_name="sendingdomain",
            name="next_check_at",
            field=models.DateTimeField(blank=True, help_text="Empty means now.", null=True),
        ),
        migrations.AddField(
            model_name="sendingdomain",
            name="watched_until",
            field=models.DateTimeField(
                blank=True,
                help_text="Looked up every few minutes till then: somebody is at the records.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="StoredRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "transport",
                    models.CharField(
                        choices=[("smtp", "mail server (SMTP)"), ("capture", "capture mailbox")],
                        default="smtp",
                        max_length=10,
                    ),
                ),
                ("host", models.CharField(blank=True, default="", max_length=253)),
                ("port", models.PositiveIntegerField(default=587)),
                (
                    "tls",
                    models.CharField(
                        choices=[
                            ("starttls", "STARTTLS"),
                            ("implicit", "TLS from the first byte"),
                            ("none", "no encryption"),
                        ],
                        default="starttls",
                        max_length=8,
                    ),
                ),
                ("username", models.CharField(blank=True, default="", max_length=254)),
                ("password", models.TextField(blank=True, default="", help_text="Encrypted.")),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("everything", "every letter"),
                            ("marketing", "marketing letters only"),
                            ("transactional", "transactional letters only"),
                            ("", "nothing: kept for later"),
                        ],
                        default="everything",
                        max_length=13,
                    ),
                ),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.TextField(
                        blank=True, default="", help_text="What the last connection test found wrong."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("use", ""), _negated=True),
                        fields=("use",),
                        name="route_once_per_kind_of_letter",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("address", models.CharField(help_text="As SMTP is told it.", max_length=254)),
                ("reply_to", models.CharField(blank=True, default="", max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="senders",
                        to="delivery.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "address"), name="sender_once_per_brand")
                ],
            },
        ),
        migrations.RunPython(make_senders, migrations.RunPython.noop),
        migrations.RunPython(measure_captured, migrations.RunPython.noop),
    ]

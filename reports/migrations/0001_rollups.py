"""Rollups: campaigns' figures, growth by day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignFigures",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="campaigns.campaign",
                    ),
                ),
                ("launched_at", models.DateTimeField(db_index=True)),
                ("planned_count", models.PositiveBigIntegerField(default=0)),
                ("sent_count", models.PositiveBigIntegerField(default=0)),
                (
                    "captured_count",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="Of those sent, how many the capture mailbox kept: they have left for nobody.",
                    ),
                ),
                ("failed_count", models.PositiveBigIntegerField(default=0)),
                ("uncertain_count", models.PositiveBigIntegerField(default=0)),
                (
                    "measured_count",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="Of those sent, how many could be seen to be opened: the base of rates.",
                    ),
                ),
                (
                    "opened_count",
                    models.PositiveBigIntegerField(default=0, help_text="People, by human events."),
                ),
                (
                    "clicked_count",
                    models.PositiveBigIntegerField(default=0, help_text="People, by human events."),
                ),
                ("machine_opened_count", models.PositiveBigIntegerField(default=0)),
                ("unsubscribed_count", models.PositiveBigIntegerField(default=0)),
                ("complained_count", models.PositiveBigIntegerField(default=0)),
                ("bounced_count", models.PositiveBigIntegerField(default=0)),
                (
                    "report",
                    models.JSONField(
                        default=dict, help_text="What selectors.campaign_report.report answered."
                    ),
                ),
                (
                    "curve",
                    models.JSONField(
                        default=list, help_text="People who had opened, and clicked, by hour since launch."
                    ),
                ),
                (
                    "is_stale",
                    models.BooleanField(
                        default=False, help_text="Something has happened since it was counted."
                    ),
                ),
                ("counted_at", models.DateTimeField()),
                ("took_seconds", models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DailyGrowth",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("joined_count", models.PositiveBigIntegerField(default=0)),
                ("left_count", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
            ],
        ),
    ]

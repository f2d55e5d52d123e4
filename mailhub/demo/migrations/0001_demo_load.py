"""The note of what the example shop brought in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DemoLoad",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("loading", "Loading"),
                            ("loaded", "Loaded"),
                            ("removing", "Removing"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                (
                    "step_count",
                    models.PositiveSmallIntegerField(default=0, help_text="How many steps are done."),
                ),
                ("step_total", models.PositiveSmallIntegerField(default=1)),
                (
                    "made",
                    models.JSONField(
                        default=dict, help_text="Label of a model → ids of the rows that were made."
                    ),
                ),
                (
                    "hashes",
                    models.JSONField(default=list, help_text="The address hashes of the example people."),
                ),
                ("changed_at", models.DateTimeField(help_text="When the last step was done.")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="demo_load_once")]
            },
        )
    ]

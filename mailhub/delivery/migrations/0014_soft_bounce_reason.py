"""A suppression may be for soft bounces."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0013_route_rules"),
    ]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(
                choices=[
                    ("hard_bounce", "hard bounce"),
                    ("soft_bounce", "soft bounces"),
                    ("complaint", "complaint"),
                    ("unsubscribed", "unsubscribed"),
                    ("manual", "manual"),
                    ("invalid", "invalid"),
                    ("erased", "erased"),
                ],
                max_length=16,
            ),
        ),
    ]

"""A domain keeps what DNS said; what that means is judged anew, in the reader's language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_brand_senders_routes_capture")]

    operations = [
        migrations.RemoveField(model_name="sendingdomain", name="answered_by"),
        migrations.RemoveField(model_name="sendingdomain", name="findings"),
        migrations.AddField(
            model_name="sendingdomain",
            name="answers",
            field=models.JSONField(
                blank=True, default=dict, help_text="What DNS said at the last check, by name and type."
            ),
        ),
    ]

"""The suppressions can be paged through by reason, scope and source, a million of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_route_words")]

    operations = [
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["reason", "id"], name="suppression_reason"),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["scope_key", "id"], name="suppression_scope"),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(
                fields=["source"], opclasses=["varchar_pattern_ops"], name="suppression_source"
            ),
        ),
    ]

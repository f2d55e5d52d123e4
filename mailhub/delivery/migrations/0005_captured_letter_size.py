"""The captured letters' sizes can be added up without reading the letters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_domain_answers")]

    operations = [
        migrations.AddIndex(
            model_name="capturedletter",
            index=models.Index(fields=["id", "size_bytes"], name="captured_letter_size"),
        ),
    ]

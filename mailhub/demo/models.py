"""What the example shop brought into the database, so that all of it can go again."""

from __future__ import annotations

from django.db import models

ONLY = 1


class LoadState(models.TextChoices):
    ASKED = "asked"
    LOADING = "loading"
    LOADED = "loaded"
    REMOVING = "removing"


class DemoLoad(models.Model):
    """The one load of the example shop. No row: it is not there."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    state = models.CharField(max_length=8, choices=LoadState.choices, default=LoadState.ASKED)
    step_count = models.PositiveSmallIntegerField(default=0, help_text="How many steps are done.")
    step_total = models.PositiveSmallIntegerField(default=1)
    made = models.JSONField(default=dict, help_text="Label of a model → ids of the rows that were made.")
    hashes = models.JSONField(default=list, help_text="The address hashes of the example people.")
    changed_at = models.DateTimeField(help_text="When the last step was done.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=ONLY), name="demo_load_once")]

    def __str__(self) -> str:
        return f"Example shop ({self.state})"

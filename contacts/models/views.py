"""Filters of the contact table that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from mailhub.lib import clock


class SavedView(models.Model):
    """A filter of the contact table, as its query string says it. Shared ones are seen by all staff."""

    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    query = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_per_name")]

    def __str__(self) -> str:
        return self.name

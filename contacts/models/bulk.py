"""What is done to many contacts at once: how far it has come, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.lib import clock


class BulkKind(models.TextChoices):
    SUBSCRIBE = "subscribe", _("Add to a list")
    UNSUBSCRIBE = "unsubscribe", _("Remove from a list")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Remove a tag")
    DELETE = "delete", _("Delete contacts")
    EXPORT = "export", _("Export")


class BulkState(models.TextChoices):
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


class BulkJob(models.Model):
    """One act on a chosen set of contacts, done in batches in the order of their numbers.

    `choice` says whom (`contacts.services.bulk.Choice`), `words` the same for people. Each batch moves
    `position_id` in its own transaction, so that a job goes on where a killed worker left it.
    """

    kind = models.CharField(max_length=12, choices=BulkKind.choices)
    # Null, not empty: many acts come from no form, and one form begins one act.
    form_key = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="Of the form that began it.",
    )
    parameters = models.JSONField(default=dict, blank=True)
    choice = models.JSONField(default=dict, blank=True)
    words = models.TextField(blank=True, default="", help_text="Whom it is done to, in words.")
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.RUNNING)
    problem = models.TextField(blank=True, default="", help_text="Why it failed, in a sentence.")
    total_count = models.PositiveBigIntegerField(default=0)
    done_count = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True, help_text="Outcome → how many.")
    position_id = models.BigIntegerField(default=0, help_text="The last contact that is done.")
    last_id = models.BigIntegerField(default=0, help_text="Who came later is left alone.")
    file = models.CharField(max_length=255, blank=True, default="", help_text="Of an export, in the storage.")
    expires_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["heartbeat_at"], condition=models.Q(state="running"), name="bulk_job_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.total_count})"

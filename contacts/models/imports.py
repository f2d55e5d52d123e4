"""Imports of contact files: how far each has come, and what it changed, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.lists import List
from mailhub.lib import clock


class ImportState(models.TextChoices):
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    FAILED = "failed", _("failed")


class Import(models.Model):
    """One file brought into one list. The counts and the position are written with each batch."""

    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file.")
    list = models.ForeignKey(List, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports")
    consent_source = models.TextField(help_text="Where these people agreed, as the staff stated it.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Header of the file → field.")
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.RUNNING)
    problem = models.TextField(blank=True, default="", help_text="Why it failed, in a sentence.")
    position_rows = models.PositiveBigIntegerField(default=0, help_text="Rows of the file that are done.")
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    duplicate_count = models.PositiveBigIntegerField(default=0)
    invalid_count = models.PositiveBigIntegerField(default=0)
    suppressed_count = models.PositiveBigIntegerField(default=0)
    error_file = models.CharField(max_length=500, blank=True, default="")
    owner = models.CharField(max_length=200, blank=True, default="", help_text="The process that runs it.")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class ImportChangeKind(models.TextChoices):
    CREATED = "created", _("created")
    UPDATED = "updated", _("updated")


class ImportChange(models.Model):
    """What an import did to one contact: values as they were before, for the undo.

    Names the contact by number, so that it outlives the contact.
    """

    # The unique key begins with the run and serves as its index. The merge alone writes here, and holds the
    # run's row while it does (`runs.hold`): a check of each row would find what is locked already.
    run = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="changes", db_index=False, db_constraint=False
    )
    contact_id = models.BigIntegerField()
    address_hash = models.CharField(max_length=32)
    kind = models.CharField(max_length=9, choices=ImportChangeKind.choices)
    before = models.JSONField(default=dict, blank=True, help_text="Changed fields → their former values.")
    subscription_before = models.CharField(
        max_length=12, blank=True, default="", help_text="State on the list before; empty = was not on it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "contact_id"], name="import_change_once_per_contact")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.contact_id} {self.kind}"

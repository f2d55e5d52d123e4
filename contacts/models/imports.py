"""Imports of files: how far each has come, and what it changed, so that it can be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.lists import List
from mailhub.lib import clock


class ImportState(models.TextChoices):
    """A file that was uploaded is a draft until somebody says what to do with it."""

    DRAFT = "draft", _("being prepared")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    FAILED = "failed", _("failed")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


class ImportKind(models.TextChoices):
    PEOPLE = "people", _("people for a list")
    SUPPRESSIONS = "blocked", _("addresses that must not be mailed")


class ImportPhase(models.TextChoices):
    """What a worker is doing with the file at this moment."""

    NOTHING = "", _("nothing")
    LOOKING = "looking", _("looking at the file")
    READING = "reading", _("reading")
    CHECKING = "checking", _("checking")
    IMPORTING = "importing", _("importing")
    UNDOING = "undoing", _("undoing")


class Import(models.Model):
    """One file brought into one list. The counts and the position are written with each batch."""

    kind = models.CharField(max_length=7, choices=ImportKind.choices, default=ImportKind.PEOPLE)
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file.")
    file_bytes = models.PositiveBigIntegerField(default=0)
    upload = models.CharField(
        max_length=300, blank=True, default="", help_text="Its name in the private storage; empty = not kept."
    )
    list = models.ForeignKey(List, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports")
    consent_source = models.TextField(
        blank=True, default="", help_text="Where these people agreed, as the staff stated it."
    )
    mapping = models.JSONField(default=dict, blank=True, help_text="Header of the file → field.")
    choices = models.JSONField(
        default=dict,
        blank=True,
        help_text="What staff chose on the way: columns, empty cells, consent, scope.",
    )
    look = models.JSONField(
        default=dict, blank=True, help_text="What was found in the file: columns, samples."
    )
    check_result = models.JSONField(
        default=dict, blank=True, help_text="What the last dry run of these choices found; empty = none yet."
    )
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.RUNNING)
    phase = models.CharField(max_length=9, choices=ImportPhase.choices, blank=True, default="")
    phase_done_count = models.PositiveBigIntegerField(default=0)
    phase_total_count = models.PositiveBigIntegerField(default=0)
    phase_started_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, default="", help_text="Why it failed, in a sentence.")
    position_rows = models.PositiveBigIntegerField(default=0, help_text="Rows of the file that are done.")
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    unchanged_count = models.PositiveBigIntegerField(default=0)
    duplicate_count = models.PositiveBigIntegerField(default=0)
    invalid_count = models.PositiveBigIntegerField(default=0)
    suppressed_count = models.PositiveBigIntegerField(default=0)
    noted_count = models.PositiveBigIntegerField(
        default=0, help_text="Rows that came in without something that could not be understood."
    )
    error_file = models.CharField(
        max_length=500, blank=True, default="", help_text="Path of the rows that did not go in whole."
    )
    error_upload = models.CharField(
        max_length=300, blank=True, default="", help_text="The same file's name in the private storage."
    )
    undo_position = models.BigIntegerField(default=0, help_text="Changes up to this number are undone.")
    undo_counts = models.JSONField(default=dict, blank=True, help_text="What the undo did, and left.")
    owner = models.CharField(max_length=200, blank=True, default="", help_text="The process that runs it.")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    @property
    def row_count(self) -> int:
        return (
            self.created_count
            + self.updated_count
            + self.unchanged_count
            + self.duplicate_count
            + self.invalid_count
        )


class ImportChangeKind(models.TextChoices):
    CREATED = "created", _("created")
    UPDATED = "updated", _("updated")


class ImportChange(models.Model):
    """What an import did to one contact: values as they were before, for the undo.

    Names the contact by number, so that it outlives the contact. A contact whose `updated_at` is still this
    row's `changed_at` was edited by nobody since.
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
    changed_at = models.DateTimeField(null=True, blank=True)
    contact_updated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the contact was last changed before; empty = it was not there."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "contact_id"], name="import_change_once_per_contact")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.contact_id} {self.kind}"

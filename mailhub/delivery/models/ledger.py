"""The one ledger: who is to get which letter, and what became of each."""

from __future__ import annotations

from django.db import models


class DispatchState(models.TextChoices):
    RECORDING = "recording"  # recipients are being written; nothing may leave
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class MessageState(models.TextChoices):
    QUEUED = "queued"
    CLAIMED = "claimed"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Stream(models.TextChoices):
    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"


class Lane(models.TextChoices):
    """Bulk goes by chunks, express row by row, each through its own worker."""

    BULK = "bulk"
    EXPRESS = "express"


class Dispatch(models.Model):
    """One letter to many people at once: a campaign run, a step version, a transactional batch."""

    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.RECORDING)
    pause_reason = models.TextField(blank=True, default="")
    stream = models.CharField(max_length=13, choices=Stream.choices)
    lane = models.CharField(max_length=7, choices=Lane.choices)
    brand = models.ForeignKey("delivery.Brand", on_delete=models.PROTECT, related_name="+")
    sender_name = models.CharField(max_length=120, blank=True, default="")
    sender_address = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True, default="")
    source = models.CharField(max_length=40, help_text="The recipient source that answers for the people.")
    producer = models.CharField(max_length=20, help_text="campaign, flow, confirmation, transactional.")
    producer_id = models.BigIntegerField(default=0)
    content_version_id = models.BigIntegerField(null=True, blank=True)
    tracking = models.CharField(max_length=10, default="individual")
    obeyed_reasons = models.CharField(
        max_length=120, help_text="Suppression reasons that stop this letter, between commas."
    )
    ignore_cap = models.BooleanField(default=False)
    deadline_at = models.DateTimeField(null=True, blank=True)
    planned_count = models.PositiveBigIntegerField(default=0)
    conflict_count = models.PositiveBigIntegerField(
        default=0, help_text="People that the audience named twice; each got one row."
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the last row was settled.")
    captured_at = models.DateTimeField(
        null=True, blank=True, help_text="When the capture mailbox first took a letter of it."
    )
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="When a route that leaves the house first took a letter of it."
    )
    doubted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a letter of it was last in doubt; empty once a person settled all.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["producer", "producer_id"], name="dispatch_producer"),
            # The ledger has no index on states: this finds the few dispatches to look into.
            models.Index(
                fields=["id"], condition=models.Q(doubted_at__isnull=False), name="dispatch_in_doubt"
            ),
        ]
        verbose_name_plural = "dispatches"

    def __str__(self) -> str:
        return f"{self.producer} {self.producer_id or self.pk} ({self.state})"

    @property
    def was_captured(self) -> bool:
        """Whether all that was sent of it lies in the capture mailbox: nothing of it left the house."""
        return self.captured_at is not None and self.left_at is None


class Message(models.Model):
    """One row a recipient. No index on a column that changes: results stay HOT updates on PostgreSQL.

    There the table is partitioned by ranges of dispatch_id and its key is (dispatch_id, id); every
    query names the dispatch, else it would look into every partition.
    """

    dispatch = models.ForeignKey(
        Dispatch, on_delete=models.CASCADE, related_name="messages", db_constraint=False, db_index=False
    )
    recipient_key = models.CharField(max_length=64)
    address = models.CharField(max_length=320)
    address_hash = models.CharField(max_length=32)
    contact_id = models.BigIntegerField(null=True, blank=True)
    list_key = models.CharField(max_length=64, blank=True, default="")
    locale = models.CharField(max_length=35, blank=True, default="")
    variant = models.CharField(max_length=8, blank=True, default="", help_text="The arm of an A/B test.")
    content_version_id = models.BigIntegerField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    reason = models.CharField(max_length=40, blank=True, default="")
    reply = models.CharField(max_length=300, blank=True, default="", help_text="The server's answer.")
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "recipient_key"], name="message_once_per_dispatch")
        ]
        indexes = [models.Index(fields=["dispatch", "id"], name="message_in_dispatch")]

    def __str__(self) -> str:
        return f"{self.address} ({self.state})"


class Chunk(models.Model):
    """A run of ids of one bulk dispatch, claimed as a whole.

    Up to `done_id` everything is settled or back in the queue; what lies in (done_id, intent_id] may
    have left the house. A sender that vanishes leaves that window in doubt.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="chunks")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    done_id = models.BigIntegerField()
    intent_id = models.BigIntegerField()
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=200, blank=True, default="")
    epoch = models.PositiveIntegerField(default=0, help_text="Counts the claims; fences a stalled sender.")
    finished = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(intent_id__gte=models.F("done_id")), name="chunk_intent_not_behind_done"
            )
        ]
        indexes = [
            models.Index(
                fields=["dispatch", "id"], condition=models.Q(finished=False), name="chunk_unfinished"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id}: {self.first_id}–{self.last_id}"


class Due(models.Model):
    """A row of the ledger that is to be tried at a moment: small dispatches and retries."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="due_rows")
    message_id = models.BigIntegerField()
    lane = models.CharField(max_length=7, choices=Lane.choices)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=200, blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)
    in_flight = models.BooleanField(default=False, help_text="Its letter may be on the wire.")
    resent = models.BooleanField(default=False, help_text="Was already sent again once after a crash.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "message_id"], name="due_once_per_message")
        ]
        indexes = [models.Index(fields=["lane", "due_at"], name="due_next")]
        verbose_name_plural = "due rows"

    def __str__(self) -> str:
        return f"{self.dispatch_id}/{self.message_id} at {self.due_at:%Y-%m-%d %H:%M:%S}"

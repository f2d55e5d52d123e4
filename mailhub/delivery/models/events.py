"""What is known of addresses, and what happened to letters after they were handed over."""

from __future__ import annotations

from django.db import models


class HashKey(models.Model):
    """Remembers which of MAILHUB_KEYS the address hashes were made with. One row."""

    fingerprint = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.fingerprint


class SuppressionReason(models.TextChoices):
    HARD_BOUNCE = "hard_bounce", "hard bounce"
    SOFT_BOUNCE = "soft_bounce", "soft bounces"
    COMPLAINT = "complaint", "complaint"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed"
    MANUAL = "manual", "manual"
    INVALID = "invalid", "invalid"
    ERASED = "erased", "erased"


class Suppression(models.Model):
    """An address that must not be mailed. Knows only its keyed hash, so it outlives the contact."""

    address_hash = models.CharField(max_length=32)
    scope_key = models.CharField(
        max_length=64, blank=True, default="", help_text="Empty = everything; brand:3, list:7."
    )
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    source = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "scope_key", "reason"], name="suppression_once_per_scope_and_reason"
            )
        ]
        # The screen pages by number within a reason, a scope, or the beginning of a source.
        indexes = [
            models.Index(fields=["reason", "id"], name="suppression_reason"),
            models.Index(fields=["scope_key", "id"], name="suppression_scope"),
            models.Index(fields=["source"], opclasses=["varchar_pattern_ops"], name="suppression_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.scope_key or 'all'})"


class AddressRecord(models.Model):
    """One row an address: what the frequency cap, the bounce rules and engagement need."""

    address_hash = models.CharField(max_length=32, primary_key=True)
    last_marketing_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    last_clicked_at = models.DateTimeField(null=True, blank=True)
    soft_bounce_count = models.PositiveIntegerField(default=0)
    soft_bounce_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Not of letters: every send would write the index, and opens and clicks are fewer.
        indexes = [
            models.Index(
                fields=["last_opened_at"],
                condition=models.Q(last_opened_at__isnull=False),
                name="address_opened",
            ),
            models.Index(
                fields=["last_clicked_at"],
                condition=models.Q(last_clicked_at__isnull=False),
                name="address_clicked",
            ),
        ]

    def __str__(self) -> str:
        return self.address_hash


class EventType(models.TextChoices):
    """Anymail's words, plus `converted`."""

    QUEUED = "queued"
    SENT = "sent"
    REJECTED = "rejected"
    FAILED = "failed"
    BOUNCED = "bounced"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    AUTORESPONDED = "autoresponded"
    OPENED = "opened"
    CLICKED = "clicked"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    CONVERTED = "converted"


class Grade(models.TextChoices):
    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"


class Event(models.Model):
    """Something that happened to a letter. Kept whatever its grade; anonymous ones name no message."""

    dispatch_id = models.BigIntegerField()
    message_id = models.BigIntegerField(null=True, blank=True)
    contact_id = models.BigIntegerField(null=True, blank=True)
    address_hash = models.CharField(max_length=32, blank=True, default="")
    type = models.CharField(max_length=16, choices=EventType.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    grade = models.CharField(max_length=8, choices=Grade.choices, default=Grade.UNKNOWN)
    rule = models.CharField(max_length=40, blank=True, default="", help_text="What graded it.")
    link_number = models.PositiveIntegerField(null=True, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)
    dedupe_key = models.CharField(max_length=120, help_text="The same fact told twice is one row.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dedupe_key"], name="event_once")]
        indexes = [
            models.Index(fields=["dispatch_id", "message_id"], name="event_message"),
            models.Index(fields=["dispatch_id", "type", "occurred_at"], name="event_type_in_dispatch"),
            models.Index(fields=["address_hash", "occurred_at"], name="event_address"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.occurred_at:%Y-%m-%d %H:%M:%S}"

"""What people wish of their letters, why they left, and the links that they asked to be mailed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.people import Contact


class Frequency(models.TextChoices):
    ALL = "", _("all letters")
    WEEKLY = "weekly", _("at most one a week")


class MailingWish(models.Model):
    """How often a person wants marketing letters. Most never say; then there is no row."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True, related_name="wish")
    frequency = models.CharField(max_length=6, choices=Frequency.choices, blank=True, default="")
    paused_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.contact_id} {self.frequency}"


class Reason(models.TextChoices):
    TOO_MANY = "too_many", _("Too many letters")
    NOT_FOR_ME = "not_for_me", _("Not what I was looking for")
    NEVER_ASKED = "never_asked", _("I never asked for it")
    OTHER = "other", _("Something else")


class LeavingReason(models.Model):
    """Why somebody left, as far as they said. It outlives the person, without their words."""

    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    address_hash = models.CharField(max_length=32, blank=True, default="", db_index=True)
    list_id = models.BigIntegerField(default=0, help_text="0 = everything.")
    dispatch_id = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=11, choices=Reason.choices, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    given_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["list_id", "given_at"], name="leaving_reason_of_list")]

    def __str__(self) -> str:
        return f"{self.list_id} {self.reason}"


class LinkKind(models.TextChoices):
    MANAGE = "manage", _("manage letters")
    DATA = "data", _("see data")
    ERASURE = "erasure", _("erase data")


class LinkRequest(models.Model):
    """A link that somebody asked to be mailed. The row is the queue: the door never looks who it is.

    `email` is what a stranger typed and goes once the row is settled; requests from a signed page name the
    contact instead.
    """

    kind = models.CharField(max_length=7, choices=LinkKind.choices)
    email = models.CharField(max_length=320, blank=True, default="")
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="link_requests"
    )
    address_hash = models.CharField(max_length=32)
    brand = models.ForeignKey("delivery.Brand", on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32)
    language = models.CharField(max_length=35, blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True, default="")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    problem = models.TextField(blank=True, default="", help_text="Why it still waits, in a sentence.")
    settled_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address_hash", "kind", "mailed_at"], name="link_request_of_address"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(settled_at__isnull=True),
                name="link_request_that_is_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.requested_at:%Y-%m-%d %H:%M:%S}"

"""The append-only proof of consent, and confirmations that are asked for."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.lists import List
from contacts.models.people import Contact


class ConsentAction(models.TextChoices):
    REQUESTED = "requested", _("asked to subscribe")
    GRANTED = "granted", _("subscribed")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("unsubscribed")
    RESTORED = "restored", _("took the unsubscribe back")
    LAPSED = "lapsed", _("never confirmed")
    UNDONE = "undone", _("import undone")


class LegalBasis(models.TextChoices):
    UNSTATED = "", _("not stated")
    EXPRESS = "express", _("express")
    IMPLIED = "implied", _("implied")


class ConsentMethod(models.TextChoices):
    FORM = "form", _("form")
    API = "api", _("API")
    IMPORT = "import", _("import")
    STAFF = "staff", _("staff")
    CONFIRMATION = "confirmation", _("confirmation mail")
    ONE_CLICK = "one_click", _("one-click unsubscribe")
    PAGE = "page", _("unsubscribe page")
    PREFERENCES = "preferences", _("preference page")
    SYSTEM = "system", _("MailHub itself")


class ConsentRecord(models.Model):
    """One act of consent, written once. The database refuses to change its facts and to delete it.

    Only what identifies the person further may be taken away later (contact, ip, user_agent), for
    erasure. It names the list by number and name, so that it outlives the list.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="consent_records"
    )
    address_hash = models.CharField(max_length=32)
    list_id = models.BigIntegerField()
    list_name = models.CharField(max_length=120, blank=True, default="")
    action = models.CharField(max_length=9, choices=ConsentAction.choices)
    basis = models.CharField(max_length=7, choices=LegalBasis.choices, blank=True, default="")
    basis_expires_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(max_length=12, choices=ConsentMethod.choices)
    source = models.TextField(blank=True, default="", help_text="Where and how, in words.")
    wording = models.TextField(blank=True, default="", help_text="Exactly what the person was shown.")
    form_version = models.CharField(max_length=64, blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True, default="")
    actor = models.CharField(
        max_length=150, blank=True, default="", help_text="Who did it, if not the person."
    )
    import_id = models.BigIntegerField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address_hash", "list_id"], name="consent_of_address_in_list")]

    def __str__(self) -> str:
        return f"{self.action} {self.list_name} {self.occurred_at:%Y-%m-%d %H:%M:%S}"


class Confirmation(models.Model):
    """One confirmation that was asked for by mail. Its token is used once and ends after 7 days."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="confirmations")
    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32, help_text="What makes the token of this request its own.")
    also_list_ids = models.JSONField(
        default=builtins.list, blank=True, help_text="Further lists that the same answer confirms."
    )
    address_hash = models.CharField(max_length=32)
    form_version = models.CharField(max_length=64, blank=True, default="")
    brought_contact = models.BooleanField(
        default=False, help_text="The contact was made for this sign-up, and goes with it."
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    reminder_sent_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address_hash", "requested_at"], name="confirmation_of_address"),
            models.Index(
                fields=["requested_at"],
                condition=models.Q(used_at__isnull=True, reminder_sent_at__isnull=True),
                name="confirmation_without_reminder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.list_id} {self.requested_at:%Y-%m-%d %H:%M:%S}"

    def lists(self) -> Sequence[List]:
        """All that the answer confirms, the list that gives the question its name first."""
        if not self.also_list_ids:
            return [self.list]
        return [self.list, *List.objects.filter(pk__in=self.also_list_ids).order_by("pk")]

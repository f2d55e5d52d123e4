"""Lists that people can agree to be mailed about, and who is on them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.people import Contact, TrackingPreference
from mailhub.lib import clock


class OptIn(models.TextChoices):
    SINGLE = "single", _("single: one act subscribes")
    DOUBLE = "double", _("double: a confirmation mail asks")


class List(models.Model):
    """A topic of one brand. Consent is given to a list and withdrawn from it."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField(blank=True, default="", help_text="Shown on the preference page.")
    brand = models.ForeignKey("delivery.Brand", on_delete=models.PROTECT, related_name="+")
    public = models.BooleanField(default=False, help_text="Shown to everybody on the preference page.")
    opt_in = models.CharField(max_length=6, choices=OptIn.choices, default=OptIn.SINGLE)
    tracking = models.CharField(max_length=10, choices=TrackingPreference.choices, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What delivery calls this list: the `list_key` of the ledger and the scope of suppressions."""
        return f"list:{self.pk}"


class SubscriptionState(models.TextChoices):
    PENDING = "pending", _("waiting for confirmation")
    SUBSCRIBED = "subscribed", _("subscribed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class Subscription(models.Model):
    """Where a contact stands with a list now. What the consent records say, kept ready for joins."""

    # The unique key begins with the contact, and the index below it with the list: neither needs its own.
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="subscriptions", db_index=False
    )
    list = models.ForeignKey(List, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    state = models.CharField(max_length=12, choices=SubscriptionState.choices)
    basis_expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When implied consent ends; empty = it does not."
    )
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "list"], name="subscription_once_per_list")]
        indexes = [models.Index(fields=["list", "state"], name="subscription_state_in_list")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.list_id} {self.state}"

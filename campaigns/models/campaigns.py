"""One letter to the people of some lists, and how far it has come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class TrackingChoice(models.TextChoices):
    """Who is told apart when a letter is opened; empty leaves it to the lists."""

    INHERITED = "", _("as the lists say")
    INDIVIDUAL = "individual", _("individual")
    ANONYMOUS = "anonymous", _("anonymous")
    OFF = "off", _("off")


# A dispatch is opened when sending starts and stays with the campaign; a campaign may also be
# cancelled before it has one.
WITHOUT_DISPATCH = [CampaignState.DRAFT, CampaignState.SCHEDULED]
WITH_DISPATCH = [CampaignState.SENDING, CampaignState.PAUSED, CampaignState.FINISHED]


class Campaign(models.Model):
    """What is sent, to which lists, in whose name. `state` moves only through services.lifecycle."""

    name = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=CampaignState.choices, default=CampaignState.DRAFT)
    pause_reason = models.TextField(
        blank=True, default="", help_text=_("Why MailHub paused it; empty when a person did.")
    )
    problem = models.TextField(
        blank=True, default="", help_text=_("Why its last launch was refused; it is a draft again since.")
    )
    brand = models.ForeignKey("delivery.Brand", on_delete=models.PROTECT, related_name="+")
    letter_version = models.ForeignKey(
        "content.LetterVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_name = models.CharField(max_length=120, blank=True, default="")
    sender_address = models.CharField(max_length=254, blank=True, default="")
    reply_to = models.CharField(max_length=254, blank=True, default="")
    lists = models.ManyToManyField("contacts.List", blank=True, related_name="+")
    excluded_lists = models.ManyToManyField(
        "contacts.List",
        blank=True,
        related_name="+",
        help_text=_("Whoever is subscribed to one gets nothing."),
    )
    tracking = models.CharField(
        max_length=10, choices=TrackingChoice.choices, blank=True, default=TrackingChoice.INHERITED
    )
    utm = models.JSONField(
        default=dict, blank=True, help_text=_('Added to the links, such as {"utm_source": "newsletter"}.')
    )
    ignore_cap = models.BooleanField(
        default=False, help_text=_("Also mail people who had another letter a short while ago.")
    )
    allow_unverified = models.BooleanField(
        default=False, help_text=_("For trials: send from a domain whose DNS has not been verified.")
    )
    scheduled_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text=_("The zone in which its schedule was chosen.")
    )
    dispatch = models.OneToOneField(
        "delivery.Dispatch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True, help_text=_("When the draft was last saved."))
    launched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=CampaignState.SCHEDULED) | Q(scheduled_at__isnull=False),
                name="campaign_scheduled_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WITHOUT_DISPATCH, dispatch__isnull=True)
                | Q(state__in=WITH_DISPATCH, dispatch__isnull=False)
                | Q(state=CampaignState.CANCELLED),
                name="campaign_launched_has_a_dispatch",
            ),
            models.CheckConstraint(
                condition=~Q(state=CampaignState.FINISHED) | Q(finished_at__isnull=False),
                name="campaign_finished_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=CampaignState.DRAFT)
                | Q(letter_version__isnull=False) & ~Q(sender_address=""),
                name="campaign_beyond_draft_is_complete",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheduled_at"], condition=Q(state=CampaignState.SCHEDULED), name="campaign_due"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TestLetter(models.Model):
    """A letter of a draft that was sent to staff before it goes to the people."""

    __test__ = False  # Not a test itself, whatever its name begins with.

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tests")
    dispatch = models.ForeignKey("delivery.Dispatch", on_delete=models.CASCADE, related_name="+")
    letter_version_id = models.BigIntegerField(help_text="What was tested; the draft may say more by now.")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.campaign} {self.sent_at:%Y-%m-%d %H:%M:%S}"

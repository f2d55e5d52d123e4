"""How campaigns go in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from campaigns.gate import Level, Place
from campaigns.models import Campaign, CampaignState
from campaigns.models.campaigns import TrackingChoice
from campaigns.selectors import progress
from campaigns.services import doubt
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Anything, Count, Id, Moment, Object, Shape, Text

BALANCE = ("planned", "queued", "sent", "failed", "skipped", "uncertain", "cancelled")


class CampaignQuery(Paged):
    state = serializers.ChoiceField(CampaignState.choices, default="", allow_blank=True)
    search = Text(default="", max_length=200, help_text="Campaigns whose name holds this.")


def _lists(told: str) -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=120, allow_blank=False), max_length=100, required=False, help_text=told
    )


class CampaignChange(Shape):
    """What a draft says; what is left out stays."""

    name = Text(max_length=200, allow_blank=False)
    letter_version_id = Id(required=False, allow_null=True, help_text="A version of a letter, by its id.")
    brand_id = Id(required=False)
    lists = _lists("Who gets it: numbers or slugs of lists, as text. Each person gets one copy.")
    excluded_lists = _lists("Who is on one of these gets nothing.")
    sender_name = Text(required=False, max_length=120)
    sender_address = Text(required=False, max_length=254)
    reply_to = Text(required=False, max_length=254)
    tracking = serializers.ChoiceField(
        TrackingChoice.choices, required=False, allow_blank=True, help_text="Empty: as the lists say."
    )
    utm = Object(
        child=Text(max_length=200),
        required=False,
        help_text='Added to the links, such as {"utm_source": "newsletter"}.',
    )
    ignore_cap = serializers.BooleanField(
        required=False, help_text="Also to people who had another letter a short while ago."
    )
    allow_unverified = serializers.BooleanField(
        required=False, help_text="For trials: from a domain whose DNS is not verified."
    )


class CampaignIn(CampaignChange):
    """A new draft. Brand and sender are those of its first list, else the usual ones, when left out."""


class CampaignRow(Shape):
    """A campaign."""

    id = Id()
    name = Text()
    state = serializers.ChoiceField(CampaignState.choices)
    pause_reason = Text(help_text="Why MailHub paused it; empty when a person did.")
    problem = Text(help_text="Why its last launch was refused.")
    brand_id = Id()
    letter_version_id = Id(allow_null=True)
    lists = serializers.SerializerMethodField(help_text="Slugs.")
    excluded_lists = serializers.SerializerMethodField(help_text="Slugs.")
    sender_name = Text()
    sender_address = Text()
    reply_to = Text()
    tracking = Text()
    utm = Object(child=Anything())
    ignore_cap = serializers.BooleanField()
    allow_unverified = serializers.BooleanField()
    scheduled_at = Moment(allow_null=True)
    time_zone = Text()
    created_at = Moment()
    launched_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)

    def get_lists(self, campaign: Campaign) -> list[str]:
        return sorted(list_.slug for list_ in campaign.lists.all())

    def get_excluded_lists(self, campaign: Campaign) -> list[str]:
        return sorted(list_.slug for list_ in campaign.excluded_lists.all())


class BalanceOut(Shape):
    """planned = queued + sent + failed + skipped + uncertain + cancelled, in letters."""

    planned = Count()
    queued = Count()
    sent = Count()
    failed = Count()
    skipped = Count()
    uncertain = Count()
    cancelled = Count()


class CampaignOut(CampaignRow):
    """A campaign and how far it has come."""

    balance = BalanceOut(source="*")

    def to_representation(self, instance: Campaign) -> Any:
        figures = progress.read(instance.pk)
        shown = CampaignRow(instance).data
        return {**shown, "balance": {name: getattr(figures, name) for name in BALANCE}}


class FindingOut(Shape):
    """One line of the checklist before sending."""

    check = Text(help_text="Which check says so.")
    level = serializers.ChoiceField([level.value for level in Level], help_text="block: it cannot be sent.")
    message = serializers.CharField(source="sentence")
    place = serializers.ChoiceField([place.value for place in Place], help_text="Where it is mended.")
    count = serializers.IntegerField(allow_null=True, help_text="How many people it is about.")


class GateOut(Shape):
    """The checklist before sending."""

    may_be_sent = serializers.BooleanField()
    findings = FindingOut(many=True)


class AudienceOut(Shape):
    """From everybody on the lists to who will get the letter."""

    members = Count(help_text="Places on the lists.")
    unsubscribed = Count()
    unconfirmed = Count()
    repeated = Count(help_text="On several of the lists; each gets one copy.")
    excluded = Count()
    planned = Count(help_text="Rows that a launch writes into the ledger.")
    suppressed = Count()
    expired = Count(help_text="Implied consent has ended.")
    paused = Count(help_text="Asked for a pause.")
    weekly = Count(help_text="Want at most one letter a week, and had one. No campaign waives that.")
    capped = Count(help_text="Had another letter a short while ago.")
    will_get = Count()
    counted_at = Moment()


class TestIn(Shape):
    """Where a test letter goes, and whose data it shows."""

    __test__ = False

    emails = serializers.ListField(
        child=Text(allow_blank=False, max_length=320), allow_empty=False, max_length=10
    )
    locale = Text(default="", max_length=35, help_text="The letter's default language when left out.")
    contact_id = Id(
        required=False,
        help_text="Whose data it shows (needs contacts:read); a made-up person when left out.",
    )


class TestOut(Shape):
    """A test letter on its way."""

    __test__ = False

    dispatch_id = Id()
    emails = serializers.ListField(child=Text())


class ScheduleIn(Shape):
    """When to send."""

    at = Moment(help_text="In the future, with its zone: 2027-03-01T09:00:00+01:00.")
    time_zone = Text(
        default="UTC", max_length=64, help_text="In which people think of it, such as Europe/Berlin."
    )


class SettleIn(Shape):
    """What became of letters in doubt, or that they are to be sent again."""

    rules = {
        "oneOf": [
            {"required": ["message_ids"]},
            {"required": ["all"], "properties": {"all": {"const": True}}},
        ]
    }

    act = serializers.ChoiceField([name.replace("-", "_") for name in doubt.ACTS])
    message_ids = serializers.ListField(
        child=Id(), allow_empty=False, max_length=1000, required=False, help_text="These letters; or say all."
    )
    all = serializers.BooleanField(required=False, help_text="true: all that are in doubt.")

    def validate(self, attrs: Any) -> Any:
        if ("message_ids" in attrs) == ("all" in attrs) or attrs.get("all") is False:
            raise serializers.ValidationError("Give either message_ids, or all as true.")
        return attrs


class SettledOut(Shape):
    """How many letters were still in doubt and are settled now."""

    settled = Count()
    campaign = CampaignOut()


class CloneIn(Shape):
    """What the copy is called."""

    name = Text(default="", max_length=200, help_text="“… (copy)” when left out.")

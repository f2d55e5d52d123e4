"""From everybody on the lists to those who will get the letter, in steps that add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count

from campaigns.models import Campaign
from campaigns.selectors import reach, remembered
from contacts.models import Contact, Subscription, SubscriptionState

# How many of the people are named, so that somebody sees whom the letter goes to.
SAMPLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """members − unsubscribed − unconfirmed − repeated − excluded = planned, which a launch records;
    planned − suppressed − expired − paused − weekly − capped = will_get.

    `paused` asked for a pause; `weekly` want at most one letter a week and had one: no campaign waives that.
    All count people but `members` and `repeated`, which count places on lists. `again` of those who will
    get it had another letter a short while ago; `people` are the numbers of three contacts among them.
    """

    members: int = 0
    unsubscribed: int = 0
    unconfirmed: int = 0
    repeated: int = 0
    excluded: int = 0
    suppressed: int = 0
    expired: int = 0
    paused: int = 0
    weekly: int = 0
    capped: int = 0
    will_get: int = 0
    again: int = 0
    people: tuple[int, ...] = ()
    counted_at: datetime

    @property
    def planned(self) -> int:
        """How many rows a launch would write into the ledger."""
        return self.suppressed + self.expired + self.paused + self.weekly + self.capped + self.will_get

    @property
    def suppressed_share(self) -> float:
        return self.suppressed / self.planned if self.planned else 0.0


def count(
    campaign: Campaign,
    *,
    now: datetime,
    at: datetime | None = None,
    anew: bool = False,
    outdated: bool = False,
) -> Funnel:
    """The funnel of a draft as of `counted_at`: now, or a moment ago when counting takes its time.

    What a launch at that moment would record (planned, suppressed) and send (will_get); with `at`, a launch
    at that later moment, when who had a letter today may have the next one. `outdated` takes the last
    count there is of this audience rather than wait for a slow one.
    """
    return remembered.remember(
        about(campaign, at=at),
        lambda: _count(campaign, now=now, at=at or now),
        anew=anew,
        outdated=outdated,
    )


def about(campaign: Campaign, *, at: datetime | None = None) -> object:
    """What the count depends on, beside the people themselves."""
    return (
        "funnel",
        sorted(campaign.lists.values_list("pk", flat=True)),
        sorted(campaign.excluded_lists.values_list("pk", flat=True)),
        campaign.brand_id,
        campaign.ignore_cap,
        at,
    )


def is_outdated(steps: Funnel, *, now: datetime) -> bool:
    """Whether it is older than what counting on every look would show."""
    return now - steps.counted_at > timedelta(seconds=remembered.LONGEST_SECONDS)


def sample_names(funnel: Funnel) -> list[Contact]:
    """Up to three of the people who will get it."""
    return list(Contact.objects.filter(pk__in=funnel.people).order_by("pk"))


def _count(campaign: Campaign, *, now: datetime, at: datetime) -> Funnel:
    if not campaign.lists.exists():
        return Funnel(counted_at=now)
    asked = reach.question(campaign, now=at)
    places = _places(asked.lists)
    subscribed = places.get(SubscriptionState.SUBSCRIBED, 0)
    is_plain = len(asked.lists) == 1 and not asked.excluded
    planned = subscribed if is_plain else reach.count_people(asked)
    everybody = reach.count_people(replace(asked, excluded=())) if asked.excluded else planned
    dropped, people = reach.count_dropped(asked)
    mailed_lately = dropped.get(reach.CAPPED, 0)
    again = mailed_lately if campaign.ignore_cap else 0
    return Funnel(
        members=sum(places.values()),
        unsubscribed=places.get(SubscriptionState.UNSUBSCRIBED, 0),
        unconfirmed=places.get(SubscriptionState.PENDING, 0),
        repeated=subscribed - everybody,
        excluded=everybody - planned,
        suppressed=dropped.get("suppressed", 0),
        expired=dropped.get("expired", 0),
        paused=dropped.get("paused", 0),
        weekly=dropped.get("frequency", 0),
        capped=mailed_lately - again,
        will_get=planned - sum(dropped.values()) + again,
        again=again,
        people=tuple(sorted(people)[:SAMPLE]),
        counted_at=now,
    )


def _places(list_ids: Iterable[int]) -> dict[str, int]:
    """How many places on the lists are in each state."""
    rows = Subscription.objects.filter(list__in=list(list_ids)).order_by().values_list("state")
    return dict(rows.annotate(number=Count("id")))

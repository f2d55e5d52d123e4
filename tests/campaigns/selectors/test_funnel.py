"""The funnel: every number is true, and a launch records and sends what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.selectors import funnel
from campaigns.services import drafting, lifecycle
from contacts.models import Contact, List, Subscription, SubscriptionState
from contacts.services import wishes
from contacts.source import ListRecipientSource
from mailhub.delivery.contracts import Recipient, Refusal
from mailhub.delivery.models import AddressRecord, Message
from mailhub.delivery.selectors import balance
from mailhub.delivery.services import rows, suppression
from mailhub.lib import clock
from tests.campaigns import people

pytestmark = pytest.mark.django_db
PEOPLE = [f"{name}@example.org" for name in ("ann", "bo", "cy", "di", "ed", "flo", "gil", "hal")]


def a_crowd() -> tuple[List, List]:
    """Two lists with somebody for every step of the funnel; four of eight will get the letter."""
    news = people.make_list(slug="news", people=PEOPLE)
    offers = people.make_list(slug="offers", people=["ann@example.org", "bo@example.org"])
    people.join(news, "ida@example.org", state=SubscriptionState.UNSUBSCRIBED)
    people.join(offers, "jo@example.org", state=SubscriptionState.PENDING)
    suppression.suppress(hash_of("cy@example.org"), reason="complaint")
    suppression.suppress(hash_of("di@example.org"), reason="unsubscribed", scope_key=news.key)
    suppression.suppress(hash_of("ann@example.org"), reason="manual", scope_key="brand:999")
    now = clock.now()
    lapsed = Subscription.objects.filter(contact__email_key="ed@example.org", list=news)
    lapsed.update(basis_expires_at=now - timedelta(days=1))
    AddressRecord.objects.create(
        address_hash=hash_of("flo@example.org"), last_marketing_at=now - timedelta(hours=2)
    )
    AddressRecord.objects.create(
        address_hash=hash_of("gil@example.org"), last_marketing_at=now - timedelta(days=2)
    )
    return news, offers


def wishing(news: List) -> None:
    """Four more on the list: one pauses, two want a letter a week, of whom one had hers; one had a pause."""
    kim, lou, mia, nan = (people.join(news, f"{name}@example.org") for name in ("kim", "lou", "mia", "nan"))
    wishes.pause(kim, days=30)
    for contact in (lou, mia):
        wishes.receive(contact, frequency="weekly")
    for contact, days in ((kim, 1), (lou, 3), (nan, 3)):
        AddressRecord.objects.create(
            address_hash=contact.address_hash, last_marketing_at=clock.now() - timedelta(days=days)
        )
    wishes.pause(nan, days=30)
    wishes.receive(nan, frequency="")


def hash_of(address: str) -> str:
    return Contact.objects.get(email_key=address).address_hash


def test_every_step_is_counted() -> None:
    campaign = people.make_campaign(lists=a_crowd())
    steps = funnel.count(campaign, now=clock.now())
    assert (steps.members, steps.unsubscribed, steps.unconfirmed, steps.repeated) == (12, 1, 1, 2)
    assert (steps.suppressed, steps.expired, steps.capped, steps.will_get) == (2, 1, 1, 4)
    assert steps.planned == 8


def test_the_steps_add_up() -> None:
    steps = funnel.count(people.make_campaign(lists=a_crowd()), now=clock.now())
    lost_on_lists = steps.unsubscribed + steps.unconfirmed + steps.repeated + steps.excluded
    assert steps.members - lost_on_lists - steps.suppressed - steps.expired - steps.capped == steps.will_get


def test_the_launch_records_and_sends_what_the_funnel_said() -> None:
    campaign = people.make_campaign(lists=a_crowd())
    steps = funnel.count(campaign, now=clock.now())
    lifecycle.launch(campaign.pk, now=clock.now())
    campaign.refresh_from_db()
    recorded = balance.balance(campaign.dispatch_id or 0)
    assert (recorded.planned, recorded.skipped) == (steps.planned, steps.suppressed)
    assert recorded.queued - len(refused(campaign)) == steps.will_get
    assert sorted(refused(campaign)) == ["capped", "consent_expired"]


def test_who_wishes_for_a_pause_or_one_letter_a_week_is_counted_as_it_is_refused() -> None:
    news, offers = a_crowd()
    wishing(news)
    campaign = people.make_campaign(lists=[news, offers])
    steps = funnel.count(campaign, now=clock.now())
    assert (steps.paused, steps.weekly, steps.capped, steps.will_get) == (1, 1, 1, 6)
    assert steps.planned == 12
    lifecycle.launch(campaign.pk, now=clock.now())
    campaign.refresh_from_db()
    recorded = balance.balance(campaign.dispatch_id or 0)
    assert (recorded.planned, recorded.skipped) == (steps.planned, steps.suppressed)
    assert sorted(refused(campaign)) == ["capped", "consent_expired", "frequency", "paused"]
    assert recorded.queued - len(refused(campaign)) == steps.will_get


def test_no_campaign_waives_what_people_wish() -> None:
    news, offers = a_crowd()
    wishing(news)
    just_now = AddressRecord.objects.filter(address_hash=hash_of("lou@example.org"))
    just_now.update(last_marketing_at=clock.now() - timedelta(hours=1))
    campaign = people.make_campaign(lists=[news, offers], ignore_cap=True)
    steps = funnel.count(campaign, now=clock.now())
    assert (steps.paused, steps.weekly, steps.capped, steps.again, steps.will_get) == (1, 1, 0, 1, 7)
    lifecycle.launch(campaign.pk, now=clock.now())
    campaign.refresh_from_db()
    assert sorted(refused(campaign)) == ["consent_expired", "frequency", "paused"]


def refused(campaign: Campaign) -> list[str]:
    """What the recipients' source answers for those who would not get the letter."""
    assert campaign.dispatch is not None
    waiting = Message.objects.filter(dispatch=campaign.dispatch, state="queued")
    batch = [
        Recipient(
            row.pk,
            row.dispatch_id,
            row.recipient_key,
            row.address,
            row.address_hash,
            row.contact_id,
            row.list_key,
            row.locale,
        )
        for row in waiting
    ]
    answers = ListRecipientSource().resolve(batch, dispatch=rows.facts(campaign.dispatch))
    return [answer.reason for answer in answers.values() if isinstance(answer, Refusal)]


def test_a_campaign_that_waives_the_cap_reaches_who_was_just_mailed() -> None:
    steps = funnel.count(people.make_campaign(lists=a_crowd(), ignore_cap=True), now=clock.now())
    assert (steps.capped, steps.will_get) == (0, 5)


def test_whoever_is_on_an_excluded_list_is_left_out_of_funnel_and_ledger() -> None:
    news, _ = a_crowd()
    buyers = people.make_list(slug="buyers", people=["ann@example.org"])
    people.join(buyers, "bo@example.org", state=SubscriptionState.UNSUBSCRIBED)
    campaign = people.make_campaign(lists=[news])
    drafting.change(campaign.pk, now=clock.now(), excluded_lists=[buyers])
    steps = funnel.count(campaign, now=clock.now())
    assert (steps.excluded, steps.repeated, steps.planned) == (1, 0, 7)
    lifecycle.launch(campaign.pk, now=clock.now())
    campaign.refresh_from_db()
    assert balance.balance(campaign.dispatch_id or 0).planned == 7
    assert not Message.objects.filter(dispatch=campaign.dispatch, address="ann@example.org").exists()


def test_three_of_those_who_get_it_are_named() -> None:
    steps = funnel.count(people.make_campaign(lists=a_crowd()), now=clock.now())
    names = [contact.email for contact in funnel.sample_names(steps)]
    assert names == ["ann@example.org", "bo@example.org", "gil@example.org"]


def test_a_count_is_outdated_after_two_minutes() -> None:
    now = clock.now()
    steps = funnel.count(people.make_campaign(lists=a_crowd()), now=now)
    assert not funnel.is_outdated(steps, now=now + timedelta(minutes=1))
    assert funnel.is_outdated(steps, now=now + timedelta(minutes=3))


def test_a_campaign_without_lists_reaches_nobody() -> None:
    steps = funnel.count(people.make_campaign(), now=clock.now())
    assert (steps.members, steps.planned, steps.will_get) == (0, 0, 0)

"""Campaigns start when their time has come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.services import lifecycle, scheduling
from mailhub.delivery.models import Brand, Dispatch
from tests.campaigns import people
from tests.campaigns.people import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def campaign(db: None) -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.schedule(made.pk, at=LATER)
    return made


def state_of(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.state


def test_a_campaign_waits_for_its_time(campaign: Campaign) -> None:
    scheduling.launch_due(now=LATER - timedelta(seconds=1))
    assert state_of(campaign) == "scheduled"
    scheduling.launch_due(now=LATER)
    assert state_of(campaign) == "sending"


def test_a_second_look_launches_nothing_twice(campaign: Campaign) -> None:
    scheduling.launch_due(now=LATER)
    scheduling.launch_due(now=LATER)
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_launch_it_once() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.schedule(campaign.pk, at=LATER)
    assert people.at_once(*[lambda: scheduling.launch_due(now=LATER)] * 3) == ["done"] * 3
    assert state_of(campaign) == "sending"
    assert Dispatch.objects.count() == 1


def test_a_refused_launch_makes_it_a_draft_that_says_why(campaign: Campaign) -> None:
    Brand.objects.update(postal_address="")
    scheduling.launch_due(now=LATER)
    assert state_of(campaign) == "draft"
    assert campaign.problem.startswith(
        "It was not sent at 2026-03-01 13:00 UTC: The brand “Shop” has no postal"
    )
    assert campaign.scheduled_at is None
    assert not Dispatch.objects.exists()


def test_scheduling_it_again_forgets_the_problem(campaign: Campaign) -> None:
    lifecycle.unschedule(campaign.pk, problem="It was not sent.")
    lifecycle.schedule(campaign.pk, at=LATER)
    campaign.refresh_from_db()
    assert campaign.problem == ""


def test_one_that_is_refused_does_not_hold_back_the_next(campaign: Campaign) -> None:
    campaign.lists.clear()
    other = people.make_campaign(lists=[people.make_list(slug="offers", people=["bo@example.org"])])
    lifecycle.schedule(other.pk, at=LATER)
    scheduling.launch_due(now=LATER)
    assert (state_of(campaign), state_of(other)) == ("draft", "sending")

"""The warm-up of the sending domain has room for the people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.delivery.models import StoredRoute
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign, said
from tests.delivery.limits.makers import warm

pytestmark = pytest.mark.django_db
PEOPLE = tuple(f"person{number}@example.org" for number in range(5))


def test_a_domain_that_is_not_being_warmed_up_says_nothing() -> None:
    assert said("warming", a_campaign()) == []


def test_a_campaign_that_fits_today_is_fine() -> None:
    campaign = a_campaign(to=PEOPLE)
    warm(plan="seed")
    sentence = "shop.example is being warmed up and has room for 200 letters today."
    assert said("warming", campaign) == [("pass", sentence)]


def test_a_campaign_that_takes_days_is_worth_a_look() -> None:
    campaign = a_campaign(to=PEOPLE)
    warm(plan="custom", custom_caps=[2, 2, 9])
    ((level, sentence),) = said("warming", campaign)
    assert level == "warn"
    assert "room for 2 letters today: it takes 3 days until all 5 have it" in sentence


def test_what_is_over_the_cap_is_said_to_take_the_other_route() -> None:
    campaign = a_campaign(to=PEOPLE)
    other = StoredRoute.objects.create(name="Old one", host="smtp.example.org", use="")
    warm(plan="custom", custom_caps=[2, 2, 9], overflow="route", overflow_route=other)
    ((level, sentence),) = said("warming", campaign)
    assert level == "warn"
    assert "the rest of 5 leaves by “Old one”" in sentence


def test_a_warm_up_that_is_over_says_nothing() -> None:
    campaign = a_campaign(to=PEOPLE)
    warm(plan="seed", started_date=(clock.now() - timedelta(days=25)).date())
    assert said("warming", campaign) == []

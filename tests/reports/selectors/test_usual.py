"""What is usual is the middle of those before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from reports.selectors import usual
from reports.services import rollups
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

FOUR = [f"person{number}@example.org" for number in range(4)]


def send(number: int, *, openers: int) -> Campaign:
    campaign = sent.send(FOUR, at=NOW + timedelta(days=number), name=f"No. {number}", slug=f"list-{number}")
    for address in FOUR[:openers]:
        sent.happened(campaign, "opened", address)
    return campaign


def test_it_is_the_median_of_the_campaigns_before() -> None:
    for number, openers in enumerate((1, 4, 2)):
        send(number, openers=openers)
    mine = send(3, openers=0)
    send(4, openers=4)
    rollups.refresh_due(now=NOW)
    found = usual.before(mine.launched_at, campaign_id=mine.pk)
    assert (found.size, found.open, found.click, found.unsubscribe) == (3, 0.5, 0.0, 0.0)
    assert found.curve[0] == 0.5


def test_two_campaigns_are_no_habit() -> None:
    for number in range(2):
        send(number, openers=2)
    mine = send(2, openers=2)
    rollups.refresh_due(now=NOW)
    assert usual.before(mine.launched_at, campaign_id=mine.pk).open is None


def test_a_young_letter_is_held_against_letters_of_its_age() -> None:
    found = usual.Usual(
        size=3, open=0.5, click=0.1, unsubscribe=0.01, curve=[0.1] * 73, click_curve=[0.02] * 73
    )
    early = found.after(2)
    assert (early.open, early.click, early.unsubscribe) == (0.1, 0.02, None)
    assert usual.Usual(size=1).after(2) == usual.Usual(size=1)


def test_captured_campaigns_are_no_habit() -> None:
    for number in range(3):
        at = NOW + timedelta(days=number)
        sent.send(FOUR, at=at, name=f"No. {number}", slug=f"list-{number}", captured=True)
    mine = send(3, openers=2)
    rollups.refresh_due(now=NOW)
    assert usual.before(mine.launched_at, campaign_id=mine.pk).size == 0

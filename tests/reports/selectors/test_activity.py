"""The last 30 days, and the 30 before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.models import DailyGrowth
from reports.selectors import activity
from reports.services import rollups
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO = "ann@example.org", "bo@example.org"


def test_each_period_sums_its_own_campaigns() -> None:
    recent = sent.send([ANN, BO], at=NOW - timedelta(days=3))
    sent.happened(recent, "opened", ANN)
    older = sent.send([ANN, BO], at=NOW - timedelta(days=40), slug="older")
    for who in (ANN, BO):
        sent.happened(older, "opened", who)
    sent.send([ANN], at=NOW - timedelta(days=70), slug="oldest")
    rollups.refresh_due(now=NOW)
    found = activity.read(now=NOW)
    assert (found.now.sent, found.now.open_rate) == (2, 0.5)
    assert (found.before.sent, found.before.open_rate) == (2, 1.0)
    assert found.sent[-4:] == [2, 0, 0, 0]
    assert found.open_rate[-4] == 0.5
    assert len(found.days) == len(found.growth) == 30


def test_without_letters_there_is_no_rate() -> None:
    found = activity.read(now=NOW)
    assert (found.now.sent, found.now.open_rate, found.now.growth) == (0, None, 0)


def test_growth_is_who_joined_less_who_left() -> None:
    today = NOW.date()
    DailyGrowth.objects.create(date=today, joined_count=5, left_count=2)
    DailyGrowth.objects.create(date=today - timedelta(days=29), joined_count=1)
    DailyGrowth.objects.create(date=today - timedelta(days=30), joined_count=7)
    found = activity.read(now=NOW)
    assert (found.now.joined, found.now.left, found.now.growth) == (6, 2, 4)
    assert found.before.joined == 7
    assert (found.growth[0], found.growth[-1]) == (1, 3)


def test_captured_letters_are_in_no_day_and_in_no_rate() -> None:
    kept = sent.send([ANN, BO], at=NOW - timedelta(days=3), captured=True)
    sent.happened(kept, "opened", ANN)
    rollups.refresh_due(now=NOW)
    found = activity.read(now=NOW)
    assert (found.now.sent, found.now.captured, found.now.open_rate) == (0, 2, None)
    assert (sum(found.sent), set(found.open_rate)) == (0, {None})

"""People by the hour, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.selectors import curves
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"


def test_people_are_counted_at_the_end_of_the_hour_in_which_they_first_opened() -> None:
    campaign = sent.send([ANN, BO, CY], at=NOW)
    sent.happened(campaign, "opened", ANN, after=timedelta(minutes=20))
    sent.happened(campaign, "opened", ANN, after=timedelta(hours=5))
    sent.happened(campaign, "clicked", BO, after=timedelta(hours=2, minutes=59), link=1)
    sent.happened(campaign, "opened", CY, after=timedelta(minutes=1), grade="machine")
    curve = curves.count(campaign.dispatch_id or 0, launched_at=NOW)
    assert curve[:4] == [[1, 0], [1, 0], [2, 1], [2, 1]]
    assert curve[-1] == [2, 1]


def test_what_comes_late_stands_in_the_last_hour() -> None:
    campaign = sent.send([ANN], at=NOW)
    sent.happened(campaign, "opened", ANN, after=timedelta(days=20))
    curve = curves.count(campaign.dispatch_id or 0, launched_at=NOW)
    assert len(curve) == curves.HOURS + 1
    assert curve[-2:] == [[0, 0], [1, 0]]


def test_the_middle_of_several_is_taken_hour_by_hour() -> None:
    flat = [[[opened, 0]] * (curves.HOURS + 1) for opened in (10, 30, 20)]
    middle = curves.middle([(curve, 100) for curve in flat], deed=curves.OPENED)
    assert middle == [0.2] * (curves.HOURS + 1)
    assert curves.middle([], deed=curves.OPENED) == []

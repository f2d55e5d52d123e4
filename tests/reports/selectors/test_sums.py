"""Campaigns added up, without what was only captured."""

from __future__ import annotations

import pytest

from reports.models import CampaignFigures
from reports.selectors import sums
from reports.services import rollups
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO = "ann@example.org", "bo@example.org"


def test_captured_letters_are_the_base_of_nothing() -> None:
    sent.happened(sent.send([ANN, BO], at=NOW), "opened", ANN)
    sent.happened(sent.send([ANN, BO], at=NOW, slug="kept", captured=True), "opened", BO)
    rollups.refresh_due(now=NOW)
    found = sums.of(CampaignFigures.objects.all())
    assert (found["planned"], found["sent"], found["captured"], found["campaigns"]) == (4, 2, 2, 1)
    assert (found["reached"], found["measured"], found["opened"]) == (2, 2, 1)


def test_nothing_comes_to_nothing() -> None:
    assert set(sums.of(CampaignFigures.objects.all()).values()) == {0}

"""Figures are counted ahead, and again when something has happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.delivery.models import Message
from mailhub.delivery.services import settling
from mailhub.lib import clock
from reports.models import CampaignFigures
from reports.selectors import campaign_report
from reports.services import rollups
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO = "ann@example.org", "bo@example.org"
LATER = timedelta(days=1)


def test_the_stored_report_is_the_one_that_the_command_gives() -> None:
    campaign = sent.send([ANN, BO], at=NOW)
    sent.happened(campaign, "opened", ANN)
    rollups.refresh_due(now=NOW)
    figures = CampaignFigures.objects.get()
    assert figures.report == campaign_report.report(campaign.pk)
    assert (figures.sent_count, figures.measured_count, figures.opened_count) == (2, 2, 1)
    assert (figures.captured_count, figures.uncertain_count) == (0, 0)


def test_it_is_counted_again_when_something_has_happened_and_not_else() -> None:
    campaign = sent.send([ANN, BO], at=NOW)
    assert rollups.refresh_due(now=clock.now()) == 1
    assert rollups.refresh_due(now=clock.now() + LATER) == 0
    sent.happened(campaign, "opened", BO)
    assert rollups.refresh_due(now=clock.now() + LATER) == 1
    assert CampaignFigures.objects.get().opened_count == 1


def test_it_is_counted_again_when_letters_in_doubt_were_settled(django_capture_on_commit_callbacks) -> None:
    campaign = sent.send([ANN, BO], at=NOW)
    Message.objects.filter(address=ANN).update(state="uncertain")
    rollups.refresh_due(now=clock.now())
    assert CampaignFigures.objects.get().uncertain_count == 1
    with django_capture_on_commit_callbacks(execute=True):
        settling.mark_sent(campaign.dispatch_id)
    rollups.refresh_due(now=clock.now() + LATER)
    figures = CampaignFigures.objects.get()
    assert (figures.sent_count, figures.uncertain_count) == (2, 0)


def test_what_takes_long_is_not_counted_again_at_once() -> None:
    campaign = sent.send([ANN], at=NOW)
    rollups.refresh_due(now=clock.now())
    CampaignFigures.objects.update(took_seconds=30)
    sent.happened(campaign, "opened", ANN)
    assert rollups.refresh_due(now=clock.now()) == 0
    assert rollups.refresh_due(now=clock.now() + timedelta(minutes=11)) == 1


def test_a_campaign_without_rates_has_no_base() -> None:
    campaign = sent.send([ANN], at=NOW)
    assert campaign.dispatch is not None
    campaign.dispatch.tracking = "anonymous"
    campaign.dispatch.save()
    rollups.refresh_due(now=NOW)
    figures = CampaignFigures.objects.get()
    assert (figures.sent_count, figures.measured_count) == (1, 0)

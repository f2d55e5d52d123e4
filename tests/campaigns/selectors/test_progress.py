"""The figures of a campaign add up at every moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.selectors import finding, progress
from campaigns.selectors.finding import UnknownCampaign, UnknownList
from campaigns.services import lifecycle
from mailhub.delivery.models import Dispatch, Message
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db

STATES = ["queued", "claimed", "deferred", "sent", "failed", "skipped", "uncertain", "cancelled"]


def test_a_draft_has_figures_of_zero() -> None:
    campaign = people.make_campaign()
    assert progress.read(campaign.pk).as_json() == {
        "id": campaign.pk,
        "state": "draft",
        "planned": 0,
        "queued": 0,
        "sent": 0,
        "failed": 0,
        "skipped": 0,
        "uncertain": 0,
        "cancelled": 0,
        "seconds": None,
    }


def test_planned_is_the_sum_of_the_rest() -> None:
    addresses = [f"{state}@example.org" for state in STATES]
    campaign = people.make_campaign(lists=[people.make_list(people=addresses)])
    lifecycle.launch(campaign.pk, now=NOW)
    for state in STATES:
        Message.objects.filter(address=f"{state}@example.org").update(state=state)
    figures = progress.read(campaign.pk).as_json()
    assert figures["planned"] == 8
    assert figures["queued"] == 3
    parts = ("queued", "sent", "failed", "skipped", "uncertain", "cancelled")
    assert sum(int(figures[part] or 0) for part in parts) == 8


def test_seconds_run_from_the_launch_to_the_last_settled_row() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(campaign.pk, now=NOW)
    assert progress.read(campaign.pk).seconds is None
    Message.objects.update(state="sent")
    Dispatch.objects.update(settled_at=NOW + timedelta(seconds=90, milliseconds=250))
    assert progress.read(campaign.pk).seconds == 90.25


def test_a_number_of_no_campaign_is_named() -> None:
    with pytest.raises(UnknownCampaign, match="There is no campaign 4711"):
        progress.read(4711)


def test_a_slug_of_no_list_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownList, match="There is none yet; import_contacts makes one"):
        finding.list_by_slug("news")
    people.make_list(slug="offers")
    with pytest.raises(UnknownList, match=r"There is no list “news”\. There are: offers"):
        finding.list_by_slug("news")

"""How a launched campaign stands: balance, speed, end, providers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.selectors import live
from campaigns.services import lifecycle
from mailhub.delivery.models import Dispatch, Due, Message
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign

pytestmark = pytest.mark.django_db
NOW = clock.now()


def launched(*to: str) -> Campaign:
    campaign = a_campaign(to=to)
    lifecycle.launch(campaign.pk, now=NOW)
    Dispatch.objects.update(started_at=NOW - timedelta(minutes=10))
    return Campaign.objects.select_related("dispatch").get()


def settle(address: str, state: str, **fields: object) -> None:
    Message.objects.filter(address=address).update(state=state, **fields)


def test_the_speed_is_that_of_the_last_minute_and_says_when_it_is_done() -> None:
    campaign = launched("ann@example.org", "bo@example.org", "cy@example.org", "di@example.org")
    settle("ann@example.org", "sent", settled_at=NOW - timedelta(minutes=5))
    settle("bo@example.org", "sent", settled_at=NOW - timedelta(seconds=30))
    found = live.read(campaign, now=NOW)
    assert (found.planned, found.sent, found.waiting, found.per_minute) == (4, 2, 2, 1)
    assert found.done_at == NOW + timedelta(minutes=2)
    assert found.adds_up
    assert found.is_moving


def test_a_paused_campaign_says_no_end() -> None:
    campaign = launched("ann@example.org")
    lifecycle.pause(campaign.pk)
    found = live.read(Campaign.objects.select_related("dispatch").get(), now=NOW)
    assert found.done_at is None
    assert not found.is_moving


def test_what_was_put_off_says_when_it_is_tried_again() -> None:
    campaign = launched("ann@example.org", "bo@example.org")
    settle("ann@example.org", "deferred", reason="deferred", reply="452 4.2.2 mailbox full")
    again = NOW + timedelta(minutes=7)
    Due.objects.create(
        dispatch_id=campaign.dispatch_id or 0,
        message_id=Message.objects.get(address="ann@example.org").pk,
        lane="bulk",
        due_at=again,
    )
    found = live.read(campaign, now=NOW)
    assert (found.deferred, found.next_try_at, found.queued) == (1, again, 2)
    assert [(group.state, group.count) for group in found.groups] == [("deferred", 1)]


def test_domains_of_one_provider_are_one_line() -> None:
    campaign = launched("ann@gmail.com", "bo@googlemail.com", "cy@example.org")
    settle("ann@gmail.com", "sent", settled_at=NOW)
    lines = [(line.name, line.planned, line.sent, line.waiting) for line in live.providers(campaign)]
    assert lines == [("Gmail", 2, 1, 1), ("example.org", 1, 0, 1)]

"""A campaign says what its dispatch says, whether or not the news of it arrived."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from campaigns.services import following, lifecycle
from mailhub.delivery import signals
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.services import ledger
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def settle_everything(campaign: Campaign) -> None:
    Message.objects.filter(dispatch_id=campaign.dispatch_id).update(state="sent")
    Dispatch.objects.filter(pk=campaign.dispatch_id).update(state="finished", settled_at=NOW)


def state_of(campaign: Campaign) -> tuple[str, str]:
    campaign.refresh_from_db()
    return campaign.state, campaign.pause_reason


def test_the_news_of_the_last_letter_finishes_the_campaign(campaign: Campaign) -> None:
    settle_everything(campaign)
    signals.dispatch_finished.send(None, dispatch_id=campaign.dispatch_id)
    assert state_of(campaign) == ("finished", "")
    assert campaign.finished_at == NOW


def test_a_route_that_fails_pauses_the_campaign_with_its_sentence(campaign: Campaign) -> None:
    ledger.pause(campaign.dispatch_id or 0, reason="The login was refused.", announce=False)
    signals.dispatch_paused.send(None, dispatch_id=campaign.dispatch_id, reason="The login was refused.")
    assert state_of(campaign) == ("paused", "The login was refused.")


def test_news_that_comes_late_changes_nothing(campaign: Campaign) -> None:
    signals.dispatch_paused.send(None, dispatch_id=campaign.dispatch_id, reason="The login was refused.")
    assert state_of(campaign) == ("sending", "")


def test_news_of_a_dispatch_of_somebody_else_is_not_ours(campaign: Campaign) -> None:
    signals.dispatch_finished.send(None, dispatch_id=4711)
    assert state_of(campaign) == ("sending", "")


def test_a_person_s_pause_has_no_reason_of_ours(campaign: Campaign) -> None:
    lifecycle.pause(campaign.pk)
    assert state_of(campaign) == ("paused", "")


def test_resuming_forgets_the_reason(campaign: Campaign) -> None:
    ledger.pause(campaign.dispatch_id or 0, reason="The login was refused.")
    following.follow(campaign.dispatch_id or 0, now=NOW)
    lifecycle.resume(campaign.pk)
    assert state_of(campaign) == ("sending", "")


@pytest.mark.parametrize("dispatch_state", ["paused", "cancelled", "finished"])
def test_reconciling_makes_up_for_lost_news(campaign: Campaign, dispatch_state: str) -> None:
    settle_everything(campaign)
    Dispatch.objects.filter(pk=campaign.dispatch_id).update(state=dispatch_state)
    assert following.reconcile(now=NOW) == 1
    assert state_of(campaign)[0] == dispatch_state
    assert following.reconcile(now=NOW) == 0


def test_a_dispatch_that_goes_on_takes_its_campaign_along(campaign: Campaign) -> None:
    lifecycle.pause(campaign.pk)
    ledger.resume(campaign.dispatch_id or 0)
    following.reconcile(now=NOW)
    assert state_of(campaign) == ("sending", "")


def test_a_balance_that_does_not_add_up_keeps_the_campaign_from_finishing(
    campaign: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    settle_everything(campaign)
    Dispatch.objects.filter(pk=campaign.dispatch_id).update(planned_count=2)
    following.reconcile(now=NOW)
    assert state_of(campaign) == ("sending", "")
    assert "2 letters were planned, but 1 are accounted for" in caplog.text

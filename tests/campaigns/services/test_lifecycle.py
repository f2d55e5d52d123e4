"""Campaigns from draft to finished, on the real ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign, CampaignState
from campaigns.services import lifecycle
from campaigns.services.checks import LaunchRefused
from campaigns.services.transitions import TransitionRefused
from mailhub.content.problems import LetterError
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import CapturedLetter, CompiledLetter, Dispatch, Message
from mailhub.delivery.models.ledger import DispatchState, MessageState
from mailhub.delivery.services import sending, suppression
from tests import factories
from tests.campaigns import people
from tests.campaigns.people import NOW


def launched(*, to: tuple[str, ...] = ("ann@example.org", "bo@example.org")) -> Campaign:
    campaign = people.make_campaign(lists=[people.make_list(people=to)])
    lifecycle.launch(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    return campaign


def dispatch_of(campaign: Campaign) -> Dispatch:
    return Dispatch.objects.get(pk=campaign.dispatch_id)


def settle(campaign: Campaign, state: str = MessageState.SENT) -> None:
    Message.objects.filter(dispatch_id=campaign.dispatch_id, state=MessageState.QUEUED).update(state=state)


@pytest.mark.django_db
def test_a_launch_writes_everybody_into_the_ledger_and_starts_sending() -> None:
    campaign = launched()
    assert (campaign.state, campaign.launched_at) == (CampaignState.SENDING, NOW)
    dispatch = dispatch_of(campaign)
    assert (dispatch.state, dispatch.planned_count) == (DispatchState.SENDING, 2)
    assert (dispatch.producer, dispatch.producer_id) == ("campaign", campaign.pk)
    assert CompiledLetter.objects.filter(dispatch=dispatch).count() == 1


@pytest.mark.django_db
def test_somebody_on_two_lists_gets_one_copy() -> None:
    lists = [people.make_list(slug=slug, people=["ann@example.org"]) for slug in ("news", "offers")]
    campaign = people.make_campaign(lists=lists)
    lifecycle.launch(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert dispatch_of(campaign).planned_count == 1


@pytest.mark.django_db(transaction=True)
def test_a_campaign_finishes_when_its_last_letter_has_left() -> None:
    campaign = launched()
    sending.deliver_bulk()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED
    assert campaign.finished_at == dispatch_of(campaign).settled_at
    recipients = set(CapturedLetter.objects.values_list("rcpt_to", flat=True))
    assert recipients == {"ann@example.org", "bo@example.org"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_launch_at_once_one_does_and_everybody_gets_one_letter() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    answers = people.at_once(*[lambda: lifecycle.launch(campaign.pk, now=NOW)] * 2)
    refusal = f"Campaign {campaign.pk} is sending; only a draft or scheduled campaign can be launched."
    assert sorted(answers) == sorted(["done", refusal])
    assert (Dispatch.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_refused_launch_leaves_nothing_behind() -> None:
    letter = people.make_letter(body="<p>{{ contact.frist_name }}</p>")
    campaign = people.make_campaign(
        lists=[people.make_list(people=["ann@example.org"])], letter_version=letter
    )
    with pytest.raises(LetterError, match="line 1, column"):
        lifecycle.launch(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.launched_at) == (CampaignState.DRAFT, None)
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_audience_of_nobody_who_may_be_mailed_is_refused_with_the_reasons() -> None:
    news = people.make_list(people=["ann@example.org"])
    people.join(news, "bo@example.org", state="pending")
    people.join(news, "cy@example.org", state="unsubscribed")
    suppression.suppress(address_hash("ann@example.org"), reason="complaint")
    campaign = people.make_campaign(lists=[news])
    with pytest.raises(LaunchRefused) as refusal:
        lifecycle.launch(campaign.pk, now=NOW)
    assert str(refusal.value) == (
        "There is nobody to mail on “News”: 1 waiting for confirmation, 1 unsubscribed, 1 suppressed."
    )
    assert not Dispatch.objects.exists()


@pytest.mark.django_db
def test_pause_and_resume_go_through_to_the_ledger() -> None:
    campaign = launched()
    lifecycle.pause(campaign.pk)
    assert dispatch_of(campaign).state == DispatchState.PAUSED
    sending.deliver_bulk()
    assert not CapturedLetter.objects.exists()
    lifecycle.resume(campaign.pk)
    assert dispatch_of(campaign).state == DispatchState.SENDING
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


@pytest.mark.django_db
def test_stop_cancels_what_has_not_left() -> None:
    campaign = launched()
    lifecycle.stop(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CANCELLED
    states = set(Message.objects.filter(dispatch_id=campaign.dispatch_id).values_list("state", flat=True))
    assert states == {MessageState.CANCELLED}


@pytest.mark.django_db
def test_a_scheduled_campaign_can_be_stopped_before_anything_was_opened() -> None:
    campaign = people.make_campaign(lists=[people.make_list()])
    lifecycle.schedule(campaign.pk, at=NOW + timedelta(days=1))
    lifecycle.stop(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.dispatch_id) == (CampaignState.CANCELLED, None)


@pytest.mark.django_db
def test_a_campaign_whose_ledger_is_over_cannot_be_paused_any_more() -> None:
    campaign = launched()
    Dispatch.objects.filter(pk=campaign.dispatch_id).update(state=DispatchState.FINISHED)
    with pytest.raises(TransitionRefused, match="its last letters have just been settled"):
        lifecycle.pause(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


@pytest.mark.django_db
def test_finished_is_refused_while_a_letter_is_open() -> None:
    campaign = launched()
    with pytest.raises(TransitionRefused, match="2 of its 2 letters are not settled"):
        lifecycle.finish(campaign.pk, now=NOW)


@pytest.mark.django_db
def test_finished_is_refused_while_the_balance_does_not_add_up() -> None:
    campaign = launched()
    settle(campaign)
    Message.objects.filter(dispatch_id=campaign.dispatch_id, address="ann@example.org").delete()
    with pytest.raises(TransitionRefused, match="2 letters were planned, but 1 are accounted for"):
        lifecycle.finish(campaign.pk, now=NOW)


@pytest.mark.django_db
def test_a_campaign_with_doubtful_letters_finishes_and_shows_them() -> None:
    campaign = launched()
    settle(campaign, MessageState.UNCERTAIN)
    lifecycle.finish(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.finished_at) == (CampaignState.FINISHED, NOW)


@pytest.mark.django_db
def test_schedule_and_unschedule() -> None:
    campaign = people.make_campaign(lists=[people.make_list()])
    at = NOW + timedelta(days=1)
    lifecycle.schedule(campaign.pk, at=at, time_zone="Europe/Berlin")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.scheduled_at, campaign.time_zone) == ("scheduled", at, "Europe/Berlin")
    lifecycle.unschedule(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.scheduled_at) == ("draft", None)


@pytest.mark.django_db
def test_what_could_not_be_sent_cannot_be_scheduled_either() -> None:
    brand = factories.make_brand(postal_address=" ")
    campaign = people.make_campaign(lists=[people.make_list()], brand=brand)
    with pytest.raises(LaunchRefused, match="has no postal address"):
        lifecycle.schedule(campaign.pk, at=NOW + timedelta(days=1))


@pytest.mark.django_db
def test_the_strictest_tracking_of_the_lists_holds_for_all() -> None:
    lists = [
        people.make_list(slug="news", people=["ann@example.org"], tracking="individual"),
        people.make_list(slug="quiet", people=["bo@example.org"], tracking="anonymous"),
    ]
    campaign = people.make_campaign(lists=lists)
    lifecycle.launch(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert dispatch_of(campaign).tracking == "anonymous"

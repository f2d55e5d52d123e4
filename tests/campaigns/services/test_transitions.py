"""What may become of a campaign, and that two who want different things do not both get them."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from campaigns.models import Campaign, CampaignState
from campaigns.selectors.finding import UnknownCampaign
from campaigns.services import transitions
from campaigns.services.transitions import Transition, TransitionRefused
from tests import factories
from tests.campaigns import people

TRANSITIONS = [
    transitions.SCHEDULE,
    transitions.UNSCHEDULE,
    transitions.LAUNCH,
    transitions.PAUSE,
    transitions.RESUME,
    transitions.STOP,
    transitions.EDIT,
    transitions.FINISH,
]


def put(campaign: Campaign, state: str) -> None:
    dispatch = None if state in ("draft", "scheduled") else factories.make_dispatch(brand=campaign.brand)
    times = {"scheduled_at": people.NOW, "finished_at": people.NOW}
    Campaign.objects.filter(pk=campaign.pk).update(state=state, dispatch=dispatch, **times)


def needed(transition: Transition) -> dict[str, object]:
    """What the database wants to see besides the state."""
    return {"dispatch": factories.make_dispatch()} if transition is transitions.LAUNCH else {}


@pytest.mark.django_db
@pytest.mark.parametrize("state", CampaignState.values)
@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda transition: f"to {transition.target}")
def test_a_campaign_moves_along_the_table_and_not_otherwise(transition: Transition, state: str) -> None:
    campaign = people.make_campaign()
    put(campaign, state)
    if state in transition.sources:
        transitions.move(campaign.pk, transition, **needed(transition))
    else:
        with pytest.raises(TransitionRefused, match=f"Campaign {campaign.pk} is {state}; only a "):
            transitions.move(campaign.pk, transition)
    campaign.refresh_from_db()
    assert campaign.state == (transition.target if state in transition.sources else state)


@pytest.mark.django_db
def test_a_refusal_says_what_would_be_allowed() -> None:
    campaign = people.make_campaign()
    put(campaign, "finished")
    with pytest.raises(TransitionRefused) as refusal:
        transitions.move(campaign.pk, transitions.STOP)
    assert str(refusal.value) == (
        f"Campaign {campaign.pk} is finished; only a scheduled, sending or paused campaign can be stopped."
    )


@pytest.mark.django_db
def test_a_campaign_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownCampaign, match="There is no campaign 4711"):
        transitions.move(4711, transitions.PAUSE)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["sending", "paused", "finished"])
def test_the_database_wants_a_dispatch_for_a_launched_campaign(state: str) -> None:
    campaign = people.make_campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(state=state, finished_at=people.NOW)


@pytest.mark.django_db
def test_the_database_wants_a_time_for_a_scheduled_campaign() -> None:
    campaign = people.make_campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(state="scheduled")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_move_a_campaign_at_once_exactly_one_does() -> None:
    campaign = people.make_campaign()
    put(campaign, "sending")
    answers = people.at_once(*[lambda: transitions.move(campaign.pk, transitions.PAUSE)] * 5)
    assert answers.count("done") == 1
    refusal = f"Campaign {campaign.pk} is paused; only a sending campaign can be paused."
    assert answers.count(refusal) == 4


@pytest.mark.django_db(transaction=True)
def test_a_held_campaign_does_not_move_under_its_holder() -> None:
    campaign = people.make_campaign()
    put(campaign, "scheduled")
    held, moved = threading.Event(), threading.Event()

    def hold_and_launch() -> None:
        with transaction.atomic():
            transitions.hold(campaign.pk, transitions.LAUNCH)
            held.set()
            # The other is given every chance to slip in between.
            moved.wait(timeout=0.3)
            dispatch = factories.make_dispatch()
            transitions.move(campaign.pk, transitions.LAUNCH, dispatch=dispatch)

    def unschedule() -> None:
        held.wait()
        try:
            transitions.move(campaign.pk, transitions.UNSCHEDULE)
        finally:
            moved.set()

    answers = people.at_once(hold_and_launch, unschedule)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    refusal = f"Campaign {campaign.pk} is sending; only a scheduled campaign can be unscheduled."
    assert sorted(answers) == sorted(["done", refusal])

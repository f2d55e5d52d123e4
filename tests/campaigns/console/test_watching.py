"""Waiting beside a campaign, in a world without waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from campaigns.console import watching
from campaigns.console.watching import Ending, Surroundings
from campaigns.models import Campaign
from campaigns.selectors.progress import Progress
from campaigns.services import following, lifecycle
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.services import ledger
from mailhub.lib import heartbeat
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A clock that sleeping moves on, and what happens at which second of it."""

    campaign: Campaign
    happenings: dict[float, Callable[[Campaign], None]] = field(default_factory=dict)
    worker: Callable[[float], bool] = lambda second: True
    second: float = 0.0
    shown: list[Progress] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.second += max(seconds, 0.5)
        for moment in [moment for moment in self.happenings if moment <= self.second]:
            self.happenings.pop(moment)(self.campaign)

    def show(self, progress: Progress, *, at: float) -> None:
        self.shown.append(progress)

    def watch(self) -> Ending:
        around = Surroundings(
            show=self.show,
            worker_is_alive=lambda: self.worker(self.second),
            monotonic=lambda: self.second,
            sleep=self.sleep,
        )
        return watching.watch(self.campaign.pk, around=around)


@pytest.fixture
def campaign() -> Campaign:
    addresses = ["ann@example.org", "bo@example.org", "cy@example.org"]
    made = people.make_campaign(lists=[people.make_list(people=addresses)])
    lifecycle.launch(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def settle(*states: str) -> Callable[[Campaign], None]:
    """The letters of Ann, Bo and Cy are in these states."""

    def happen(campaign: Campaign) -> None:
        rows = Message.objects.filter(dispatch_id=campaign.dispatch_id).order_by("address")
        for row, state in zip(rows, states, strict=True):
            Message.objects.filter(dispatch_id=campaign.dispatch_id, pk=row.pk).update(state=state)

    return happen


def finish(*states: str) -> Callable[[Campaign], None]:
    def happen(campaign: Campaign) -> None:
        settle(*states)(campaign)
        Dispatch.objects.filter(pk=campaign.dispatch_id).update(state="finished", settled_at=NOW)
        following.follow(campaign.dispatch_id or 0, now=NOW)

    return happen


def pause_by_route(campaign: Campaign) -> None:
    ledger.pause(campaign.dispatch_id or 0, reason="The login was refused.")
    following.follow(campaign.dispatch_id or 0, now=NOW)


def test_it_ends_with_the_campaign(campaign: Campaign) -> None:
    world = World(campaign, {1: settle("sent", "queued", "queued"), 2: finish("sent", "sent", "skipped")})
    ending = world.watch()
    assert (ending.complaint, ending.progress.state, ending.progress.seconds) == ("", "finished", 0.0)
    assert [shown.waiting for shown in world.shown] == [3, 3, 2, 2, 0]


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_what_did_not_arrive_is_a_complaint(campaign: Campaign, state: str) -> None:
    ending = World(campaign, {1: finish("sent", "sent", state)}).watch()
    assert ending.complaint.startswith(f"Campaign {campaign.pk}: 1 {state}. ")


def test_it_does_not_wait_for_what_is_deferred(campaign: Campaign) -> None:
    ending = World(campaign, {1: settle("sent", "sent", "deferred")}).watch()
    assert ending.complaint.startswith(f"Campaign {campaign.pk}: 1 deferred")
    assert (ending.progress.queued, ending.progress.seconds) == (1, None)


def test_a_route_that_fails_ends_it_with_the_route_s_sentence(campaign: Campaign) -> None:
    ending = World(campaign, {1: pause_by_route}).watch()
    assert ending.complaint.startswith("The login was refused. ")
    assert (ending.progress.state, ending.progress.queued) == ("paused", 3)


def test_a_person_s_pause_is_waited_for(campaign: Campaign) -> None:
    happenings: dict[float, Callable[[Campaign], None]] = {
        1: lambda campaign: lifecycle.pause(campaign.pk),
        60: lambda campaign: lifecycle.resume(campaign.pk),
        61: finish("sent", "sent", "sent"),
    }
    assert World(campaign, happenings).watch().complaint == ""


def test_a_campaign_that_is_stopped_says_so(campaign: Campaign) -> None:
    ending = World(campaign, {1: lambda campaign: lifecycle.stop(campaign.pk)}).watch()
    assert ending.complaint.startswith(f"Campaign {campaign.pk}: was stopped.")
    assert ending.progress.cancelled == 3


def test_a_missing_worker_is_told_after_a_while(campaign: Campaign) -> None:
    world = World(campaign, worker=lambda second: False)
    ending = world.watch()
    assert ending.complaint.startswith("No worker is running: campaign ")
    assert 15 < world.second < 17


def test_a_worker_that_is_restarted_is_waited_for(campaign: Campaign) -> None:
    happenings = {40.0: finish("sent", "sent", "sent")}
    world = World(campaign, happenings, worker=lambda second: not 5 < second < 19)
    assert world.watch().complaint == ""


def test_a_campaign_that_nobody_calls_finished_is_not_waited_for_forever(campaign: Campaign) -> None:
    world = World(campaign, {1: settle("sent", "sent", "sent")}, worker=lambda second: False)
    ending = world.watch()
    assert (ending.complaint, ending.progress.sent) == ("", 3)
    assert world.second < 20


def test_a_worker_is_known_by_its_heartbeat() -> None:
    assert not watching.worker_is_alive()
    heartbeat.write(heartbeat.BULK)
    assert watching.worker_is_alive()

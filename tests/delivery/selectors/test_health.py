"""System health: each part says how it is, also when others are away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mailhub.delivery.models import Due, StoredRoute
from mailhub.delivery.selectors import health
from mailhub.lib import clock, heartbeat
from tests import factories

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return {part.name: part.state for part in health.report()["parts"]}


def test_missing_workers_are_not_working_and_the_rest_is_well() -> None:
    found = states()
    assert found["Worker for campaigns (bulk)"] == found["Scheduler (beat)"] == "bad"
    assert found["Database"] == found["Migrations"] == found["Valkey"] == found["Queues"] == "ok"
    assert health.report()["worst"] == "bad"


def test_living_workers_are_well_and_the_capture_mailbox_wants_a_look() -> None:
    for role in (heartbeat.BULK, heartbeat.EXPRESS, heartbeat.JOBS, heartbeat.BEAT):
        heartbeat.write(role)
    found = states()
    assert {name for name, state in found.items() if state != "ok"} <= {"Way out", "Space for data"}
    assert found["Way out"] == "warn"


def test_letters_that_wait_for_long_want_a_look() -> None:
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane="express", stream="transactional")
    assert Due.objects.filter(dispatch=dispatch).exists()
    assert states()["Letters that are due"] == "ok"
    Due.objects.update(due_at=clock.now() - timedelta(minutes=10))
    assert states()["Letters that are due"] == "warn"


def test_a_route_whose_test_failed_is_not_working_and_an_untried_one_wants_a_look() -> None:
    route = StoredRoute.objects.create(name="R", host="mail.example.org")
    assert states()["Way out"] == "warn"
    StoredRoute.objects.update(tested_at=clock.now(), problem="The server does not answer.")
    part = next(part for part in health.report()["parts"] if part.name == "Way out")
    assert part.state == "bad"
    assert part.sentence == "The route “R” does not work: The server does not answer."
    StoredRoute.objects.update(problem="")
    assert states()["Way out"] == "ok"
    StoredRoute.objects.filter(pk=route.pk).update(problem="The server does not answer.", use="")
    assert states()["Way out"] == "warn"


def test_without_valkey_the_page_still_says_what_it_knows(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    found = states()
    assert found["Valkey"] == "bad"
    assert found["Queues"] == "neutral"
    assert found["Database"] == "ok"


def test_the_versions_are_told() -> None:
    found = dict(health.versions())
    assert found["MailHub"]
    assert found["Valkey"] != "–"

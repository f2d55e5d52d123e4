"""Beat rings only tasks that exist, on queues that somebody listens to."""

from __future__ import annotations

from mailhub.celery import app
from mailhub.lib import queues
from mailhub.schedule import SCHEDULE
from mailhub.supervisor import parts


def test_every_entry_rings_a_task_that_exists() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)


def test_every_queue_has_a_worker() -> None:
    served = " ".join(" ".join(part.command) for part in parts.all_parts())
    assert "--queues bulk " in served
    assert "--queues express,events,default " in served
    assert "--queues imports,reports " in served
    assert {entry["options"]["queue"] for entry in SCHEDULE.values()} <= set(queues.ALL)


def test_what_takes_long_never_shares_a_worker_with_single_letters() -> None:
    assert not {queues.BULK, queues.IMPORTS, queues.REPORTS} & set(queues.SERVED_BY["express"])


def test_a_ring_that_nobody_hears_does_not_pile_up() -> None:
    assert all(entry["options"]["expires"] > 0 for entry in SCHEDULE.values())

"""Beat rings only tasks that exist, on queues that somebody listens to."""

from __future__ import annotations

from mailhub.celery import app
from mailhub.schedule import SCHEDULE
from mailhub.supervisor import parts


def test_every_entry_rings_a_task_that_exists() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)


def test_every_queue_has_a_worker() -> None:
    served = " ".join(" ".join(part.command) for part in parts.all_parts())
    assert "--queues bulk " in served
    assert "--queues express,default " in served
    assert {entry["options"]["queue"] for entry in SCHEDULE.values()} <= {"bulk", "express", "default"}


def test_a_ring_that_nobody_hears_does_not_pile_up() -> None:
    assert all(entry["options"]["expires"] > 0 for entry in SCHEDULE.values())

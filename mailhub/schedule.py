"""What beat rings, and how often; every entry only looks for rows that are due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from mailhub.lib import queues


def _every(seconds: int, task: str, *, queue: str) -> dict[str, Any]:
    # A ring that nobody heard before the next one is due is thrown away, so that none pile up.
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"queue": queue, "expires": max(seconds, 5)},
    }


def _daily(hour: int, task: str, *, queue: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=0),
        "options": {"queue": queue, "expires": 12 * 3600},
    }


SCHEDULE = {
    "ring what is due": _every(2, "delivery.ring_due", queue=queues.EXPRESS),
    "write opens and clicks": _every(2, "delivery.drain_tracking", queue=queues.EVENTS),
    "recover after a crash": _every(10, "delivery.recover", queue=queues.DEFAULT),
    "end grants of vanished senders": _every(10, "delivery.keep_limits", queue=queues.DEFAULT),
    "look at sending domains": _every(60, "delivery.check_domains", queue=queues.DEFAULT),
    "keep the capture mailbox small": _every(300, "delivery.prune_captured", queue=queues.DEFAULT),
    "launch scheduled campaigns": _every(5, "campaigns.launch_due", queue=queues.DEFAULT),
    "finish campaigns that add up": _every(30, "campaigns.reconcile", queue=queues.DEFAULT),
    "count what reports show": _every(30, "reports.count", queue=queues.REPORTS),
    "settle sign-ups": _every(5, "contacts.settle_sign_ups", queue=queues.DEFAULT),
    "mail links that were asked for": _every(10, "contacts.mail_links", queue=queues.DEFAULT),
    "ask and remind sign-ups": _every(60, "contacts.remind_unconfirmed", queue=queues.DEFAULT),
    "go on with acts on many contacts": _every(30, "contacts.resume_bulk", queue=queues.IMPORTS),
    "index custom fields": _every(60, "contacts.index_fields", queue=queues.IMPORTS),
    "delete old exports": _daily(4, "contacts.forget_exports", queue=queues.REPORTS),
    "go on with imports": _every(30, "contacts.resume_imports", queue=queues.IMPORTS),
    "forget imported files": _daily(4, "contacts.forget_uploads", queue=queues.IMPORTS),
    "delete stale sign-ups": _daily(3, "contacts.delete_stale_signups", queue=queues.DEFAULT),
    "forget what the API answered": _every(3600, "accounts.forget_kept_answers", queue=queues.DEFAULT),
}

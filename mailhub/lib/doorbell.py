"""Rings a task by its name after commit; a ring that gets lost is made good by the next beat."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)


def ring(task_name: str, *args: Any, queue: str, **options: Any) -> None:
    """Wake the worker of `queue` for `task_name` once the present transaction is in the database.

    Never raises: the rows say what is due, so a broker that is away costs time and nothing else.
    """
    transaction.on_commit(partial(_send, task_name, args, queue, options), robust=True)


def _send(task_name: str, args: tuple[Any, ...], queue: str, options: dict[str, Any]) -> None:
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task(task_name, args=args, queue=queue, retry=False, ignore_result=True, **options)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not take %s (%s); the next beat will ring it again.", task_name, error)

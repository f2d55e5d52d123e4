"""The doors through which the example shop comes and goes in the background."""

from __future__ import annotations

import logging

from celery import shared_task

from mailhub.demo.services import loading, removing
from mailhub.lib import clock
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)


@shared_task(name="demo.load", ignore_result=True)
def load() -> None:
    try:
        loading.load(now=clock.now())
    except UserError as refusal:
        logger.info("%s", refusal)


@shared_task(name="demo.remove", ignore_result=True)
def remove() -> None:
    try:
        removing.remove()
    except UserError as refusal:
        logger.warning("%s", refusal)

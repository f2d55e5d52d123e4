"""Asks for the example shop to come or go in the background."""

from __future__ import annotations

from mailhub.demo.services import loading, removing
from mailhub.lib import doorbell, queues


def ask_to_load() -> None:
    """A worker brings it in. Raises AlreadyLoaded."""
    loading.ask()
    doorbell.ring("demo.load", queue=queues.IMPORTS)


def ask_to_remove() -> None:
    """A worker takes it out. Raises NothingToRemove; StillSending while an example campaign is on its way."""
    removing.ask()
    doorbell.ring("demo.remove", queue=queues.IMPORTS)

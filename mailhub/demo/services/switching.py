"""Asks for the example shop to come or go in the background."""

from __future__ import annotations

from mailhub.demo.services import loading, removing
from mailhub.lib import doorbell


def ask_to_load() -> None:
    """A worker brings it in. Raises AlreadyLoaded."""
    loading.ask()
    doorbell.ring("demo.load", queue="default")


def ask_to_remove() -> None:
    """A worker takes it out. Raises NothingToRemove; StillSending while an example campaign is on its way."""
    removing.ask()
    doorbell.ring("demo.remove", queue="default")

"""Remembers who took a dispatch's letters: the capture mailbox, or a route that leaves the house."""

from __future__ import annotations

from mailhub.delivery.models import Dispatch
from mailhub.lib import clock


def note_captured(dispatch: Dispatch) -> None:
    """The capture mailbox gets letters of `dispatch`. Written once a dispatch."""
    if dispatch.captured_at is None:
        dispatch.captured_at = clock.now()
        Dispatch.objects.filter(pk=dispatch.pk, captured_at=None).update(captured_at=dispatch.captured_at)


def note_left(dispatch: Dispatch) -> None:
    """A route that leaves the house was given letters of `dispatch`. Written once a dispatch."""
    if dispatch.left_at is None:
        dispatch.left_at = clock.now()
        Dispatch.objects.filter(pk=dispatch.pk, left_at=None).update(left_at=dispatch.left_at)

"""Letters in doubt of dispatches that have no screen of their own: confirmations, single letters, tests."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.models.ledger import MessageState

# Whose letters in doubt are shown with their producer: a campaign's.
SHOWN_ELSEWHERE = ("campaign",)
# So many dispatches are looked into; the oldest first, so that all have their turn.
MOST = 1_000


def dispatches() -> list[int]:
    """The dispatches of which letters may be in doubt, by a small index."""
    doubted = Dispatch.objects.filter(doubted_at__isnull=False).exclude(producer__in=SHOWN_ELSEWHERE)
    return list(doubted.order_by("id").values_list("id", flat=True)[:MOST])


def letters(message_ids: Collection[int] | None = None) -> QuerySet[Message]:
    """The letters in doubt: of `message_ids`, or all of them. Every query names the dispatches."""
    found = Message.objects.filter(dispatch_id__in=dispatches(), state=MessageState.UNCERTAIN)
    return found if message_ids is None else found.filter(id__in=message_ids)


def by_dispatch(found: QuerySet[Message]) -> dict[int, list[int]]:
    """The message ids of these letters by dispatch."""
    grouped: dict[int, list[int]] = {}
    for dispatch_id, message_id in found.order_by("dispatch_id", "id").values_list("dispatch_id", "id"):
        grouped.setdefault(dispatch_id, []).append(message_id)
    return grouped

"""What the list of campaigns shows of each: people planned, sent, opened, clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Count

from campaigns.models import Campaign
from campaigns.selectors import remembered
from mailhub.delivery.models import Event, Message
from mailhub.delivery.models.events import EventType, Grade
from mailhub.delivery.models.ledger import MessageState


@dataclass(frozen=True, slots=True)
class Figures:
    """People of one campaign; opens and clicks as far as they are human.

    `is_captured`: what counts as sent lies in the capture mailbox, and nobody got it.
    """

    planned: int = 0
    sent: int = 0
    settled: int = 0
    opened: int = 0
    clicked: int = 0
    is_captured: bool = False

    @property
    def percent(self) -> int:
        return self.settled * 100 // self.planned if self.planned else 0


def of(campaigns: Iterable[Campaign]) -> dict[int, Figures]:
    """By campaign; those that were never launched are left out."""
    launched = {each.dispatch_id: each for each in campaigns if each.dispatch_id is not None}
    if not launched:
        return {}
    about = ("figures", sorted((number, each.state) for number, each in launched.items()))
    found = remembered.remember(about, lambda: _count(sorted(launched)))
    return {
        campaign.pk: replace(
            found.get(number, Figures()),
            planned=campaign.dispatch.planned_count if campaign.dispatch else 0,
            is_captured=campaign.dispatch.was_captured if campaign.dispatch else False,
        )
        for number, campaign in launched.items()
    }


def _count(dispatch_ids: list[int]) -> Mapping[int, Figures]:
    states = (
        Message.objects.filter(dispatch_id__in=dispatch_ids)
        .order_by()
        .values_list("dispatch_id", "state")
        .annotate(number=Count("id"))
    )
    open_states = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.DEFERRED)
    found = dict.fromkeys(dispatch_ids, Figures())
    for dispatch_id, state, number in states:
        before = found[dispatch_id]
        found[dispatch_id] = replace(
            before,
            sent=before.sent + (number if state == MessageState.SENT else 0),
            settled=before.settled + (0 if state in open_states else number),
        )
    # A click implies an open.
    for dispatch_id, number in _people(dispatch_ids, EventType.OPENED, EventType.CLICKED):
        found[dispatch_id] = replace(found[dispatch_id], opened=number)
    for dispatch_id, number in _people(dispatch_ids, EventType.CLICKED):
        found[dispatch_id] = replace(found[dispatch_id], clicked=number)
    return found


def _people(dispatch_ids: list[int], *types: str) -> Iterable[tuple[int, int]]:
    events = Event.objects.filter(dispatch_id__in=dispatch_ids, type__in=types, grade=Grade.HUMAN)
    rows = events.order_by().values_list("dispatch_id")
    return rows.annotate(number=Count("message_id", distinct=True))

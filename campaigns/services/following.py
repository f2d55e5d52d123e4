"""Makes a campaign say what its dispatch says: after its news, and again when the news was lost."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import F, Q

from campaigns.models import Campaign, CampaignState
from campaigns.services import lifecycle
from campaigns.services.transitions import TransitionRefused
from mailhub.delivery.models import Dispatch
from mailhub.delivery.models.ledger import DispatchState

logger = logging.getLogger(__name__)

UNDER_WAY = (CampaignState.SENDING, CampaignState.PAUSED)
# A finished dispatch goes on when somebody sends letters in doubt again.
MAY_FOLLOW = (*UNDER_WAY, CampaignState.FINISHED)


def follow(dispatch_id: int, *, now: datetime) -> None:
    """The campaign of the dispatch, if it has one, is in the state that the dispatch is in.

    Each change is conditional on both states, so that news that comes late changes nothing.
    """
    dispatch = Dispatch.objects.filter(pk=dispatch_id).first()
    campaign = Campaign.objects.filter(dispatch_id=dispatch_id, state__in=MAY_FOLLOW).first()
    if dispatch is None or campaign is None:
        return
    if dispatch.state == DispatchState.FINISHED:
        if campaign.state != CampaignState.FINISHED:
            _finish(campaign.pk, now=now)
    elif dispatch.state == DispatchState.PAUSED:
        sources = [CampaignState.SENDING, CampaignState.FINISHED]
        _adopt(campaign, dispatch, CampaignState.PAUSED, sources=sources)
    elif dispatch.state == DispatchState.SENDING:
        sources = [CampaignState.PAUSED, CampaignState.FINISHED]
        _adopt(campaign, dispatch, CampaignState.SENDING, sources=sources)
    elif dispatch.state == DispatchState.CANCELLED:
        _adopt(campaign, dispatch, CampaignState.CANCELLED, sources=list(MAY_FOLLOW))


def reconcile(*, now: datetime) -> int:
    """Follow the dispatch of every campaign whose state differs from it; how many there were."""
    differing = Campaign.objects.filter(state__in=MAY_FOLLOW).exclude(state=F("dispatch__state"))
    dispatch_ids = [row for row in differing.values_list("dispatch_id", flat=True) if row is not None]
    for dispatch_id in dispatch_ids:
        follow(dispatch_id, now=now)
    return len(dispatch_ids)


def _finish(campaign_id: int, *, now: datetime) -> None:
    try:
        lifecycle.finish(campaign_id, now=now)
    except TransitionRefused as refusal:
        logger.warning("%s", refusal)


def _adopt(
    campaign: Campaign, dispatch: Dispatch, state: CampaignState, *, sources: list[CampaignState]
) -> None:
    as_read = Q(pk=campaign.pk, state__in=sources, dispatch__state=dispatch.state)
    Campaign.objects.filter(as_read).update(state=state, pause_reason=dispatch.pause_reason, finished_at=None)

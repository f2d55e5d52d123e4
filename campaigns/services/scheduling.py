"""Launches the campaigns whose time has come."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import finding
from campaigns.services import checks, lifecycle
from campaigns.services.transitions import TransitionRefused
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)


def launch_due(*, now: datetime) -> None:
    """Every scheduled campaign whose time is `now` or before is sending, or a draft that says why not."""
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_at__lte=now)
    for campaign_id in list(due.order_by("scheduled_at").values_list("pk", flat=True)):
        try:
            launch(campaign_id, now=now)
        except Exception:
            # A defect that one campaign runs into must not hold back those behind it; it is tried
            # again at the next beat.
            logger.exception("Campaign %s could not be launched.", campaign_id)


def launch(campaign_id: int, *, now: datetime) -> None:
    """Launch a scheduled campaign; a refusal makes it a draft again, with the sentence in `problem`.

    It does not stay scheduled: tried again at every beat, it would start at a moment that nobody
    chose. One that another worker is launching now is left alone.
    """
    try:
        # DNS takes its time: asked before the transaction, within which its answer is still fresh.
        checks.may_use_sender(finding.campaign(campaign_id))
        with transaction.atomic():
            if _is_free(campaign_id):
                lifecycle.launch(campaign_id, now=now)
    except TransitionRefused:
        return
    except UserError as refusal:
        problem = _("It was not sent at %(moment)s UTC: %(refusal)s") % {
            "moment": f"{now:%Y-%m-%d %H:%M}",
            "refusal": refusal,
        }
        logger.warning("Campaign %s is a draft again. %s", campaign_id, problem)
        lifecycle.unschedule(campaign_id, problem=problem)


def _is_free(campaign_id: int) -> bool:
    # SQLite has one writer, which waits at BEGIN IMMEDIATE; there Django leaves the locking clause out.
    unlocked = Campaign.objects.select_for_update(skip_locked=True)
    return unlocked.filter(pk=campaign_id, state=CampaignState.SCHEDULED).exists()

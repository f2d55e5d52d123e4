"""Keeps the campaigns' figures counted ahead, so that overviews need not read the events."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from campaigns.models import Campaign, CampaignState
from mailhub.delivery.models import Event
from mailhub.lib import clock
from reports.models import CampaignFigures, Mark
from reports.selectors import campaign_report, curves

EVENTS = "events"
# Transactions commit in another order than their rows were numbered: so many are looked at again.
MARGIN = 5_000
# A report that takes long is not counted again before this many times as long has passed.
REST = 20
UNDER_WAY = (CampaignState.SENDING, CampaignState.PAUSED)


def refresh_due(*, now: datetime) -> int:
    """Count anew what has changed since it was last counted; how many campaigns that were."""
    _mark_stale()
    launched = Campaign.objects.exclude(dispatch=None).exclude(launched_at=None)
    known = {
        row.campaign_id: row for row in CampaignFigures.objects.filter(is_stale=True).defer("report", "curve")
    }
    unknown = launched.exclude(pk__in=CampaignFigures.objects.values("campaign_id"))
    under_way = launched.filter(state__in=UNDER_WAY)
    wanted = {*known, *unknown.values_list("pk", flat=True), *under_way.values_list("pk", flat=True)}
    due = sorted(pk for pk in wanted if _is_rested(known.get(pk), now))
    for campaign_id in due:
        refresh(campaign_id)
    return len(due)


def mark_stale(dispatch_id: int) -> None:
    """The figures of the dispatch's campaign are counted anew soon."""
    CampaignFigures.objects.filter(campaign__dispatch_id=dispatch_id).update(is_stale=True)


def refresh(campaign_id: int) -> CampaignFigures | None:
    """The stored figures are those of now; None for a campaign that was never launched."""
    begun = time.monotonic()
    campaign = Campaign.objects.select_related("dispatch").get(pk=campaign_id)
    if campaign.dispatch is None or campaign.launched_at is None:
        return None
    # Asked first: what happens while it is counted makes it stale again.
    counted_at = clock.now()
    report = campaign_report.report(campaign_id)
    columns = _columns(report, measured=campaign.dispatch.tracking == "individual")
    figures, _ = CampaignFigures.objects.update_or_create(
        campaign=campaign,
        defaults={
            **columns,
            "launched_at": campaign.launched_at,
            "report": report,
            "curve": curves.count(campaign.dispatch.pk, launched_at=campaign.launched_at),
            "is_stale": False,
            "counted_at": counted_at,
            "took_seconds": time.monotonic() - begun,
        },
    )
    return figures


def _columns(report: dict[str, Any], *, measured: bool) -> dict[str, int]:
    opens, clicks, balance = report["opens"], report["clicks"], report["balance"]
    return {
        "planned_count": balance["planned"],
        "sent_count": balance["sent"],
        "captured_count": report["captured"],
        "failed_count": balance["failed"],
        "uncertain_count": balance["uncertain"],
        "measured_count": balance["sent"] if measured else 0,
        "opened_count": opens["human"]["unique"],
        "clicked_count": clicks["human"]["unique"],
        "machine_opened_count": opens["machine"]["unique"],
        "unsubscribed_count": report["unsubscribes"],
        "complained_count": report["complaints"],
        "bounced_count": report["bounces"],
    }


def _mark_stale() -> None:
    mark, _ = Mark.objects.get_or_create(name=EVENTS)
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if newest != mark.position:
        fresh = Event.objects.filter(pk__gt=mark.position - MARGIN).order_by()
        touched = fresh.values_list("dispatch_id", flat=True).distinct()
        CampaignFigures.objects.filter(campaign__dispatch_id__in=list(touched)).update(is_stale=True)
        Mark.objects.filter(name=EVENTS).update(position=newest)


def _is_rested(figures: CampaignFigures | None, now: datetime) -> bool:
    return figures is None or now - figures.counted_at >= timedelta(seconds=REST * figures.took_seconds)

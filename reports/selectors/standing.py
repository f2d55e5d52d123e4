"""A campaign's report for a page: counted now while that is quick, else as it was last counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.models import Campaign
from reports.models import CampaignFigures
from reports.selectors import campaign_report, curves
from reports.selectors.curves import Curve

# Up to so many letters a report is counted in a fraction of a second.
COUNTED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Standing:
    """`counted_at` is None for figures of this moment."""

    report: dict[str, Any]
    curve: Curve
    counted_at: datetime | None = None


def of(campaign: Campaign) -> Standing:
    """The same report that the command and the API give; of a big campaign, as of `counted_at`."""
    if campaign.dispatch is not None and campaign.dispatch.planned_count > COUNTED_AT_ONCE:
        stored = CampaignFigures.objects.filter(pk=campaign.pk).first()
        if stored is not None:
            return Standing(stored.report, stored.curve, stored.counted_at)
    report = campaign_report.report(campaign.pk)
    if campaign.dispatch_id is None or campaign.launched_at is None:
        return Standing(report, [])
    return Standing(report, curves.count(campaign.dispatch_id, launched_at=campaign.launched_at))

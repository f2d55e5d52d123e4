"""The campaigns of a period."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from mailhub.lib import clock
from reports.models import CampaignFigures

PERIODS = (30, 90, 365, 0)
USUAL_PERIOD = 90


def days_of(text: str) -> int:
    """The period that an address names; 0 = ever."""
    return int(text) if text in {str(days) for days in PERIODS} else USUAL_PERIOD


def launched(days: int) -> QuerySet[CampaignFigures]:
    """The figures of the campaigns that were launched in the last `days`."""
    rows = CampaignFigures.objects.select_related("campaign").defer("report", "curve")
    return rows.filter(launched_at__gt=clock.now() - timedelta(days=days)) if days else rows

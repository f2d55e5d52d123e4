"""One campaign beside another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from mailhub.web.templatetags import ui
from reports.models import CampaignFigures

OFFERED = 50


@dataclass(frozen=True, slots=True)
class Other:
    """The campaign that is compared with, and its curve as shares of those it was measured with."""

    id: int
    name: str
    report: Mapping[str, Any]
    curve: list[float]


@dataclass(frozen=True, slots=True)
class Row:
    """One rate of both: shares (None where there is no base) and the counts behind them."""

    label: str
    share: float | None
    count: int
    other_share: float | None
    other_count: int

    @property
    def difference(self) -> str:
        """In points of a hundred, with its sign."""
        if self.share is None or self.other_share is None:
            return "–"
        points = (self.share - self.other_share) * 100
        sign = "+" if points > 0.05 else "−" if points < -0.05 else "±"
        return f"{sign}{ui.decimal(abs(points))}"


def choices(campaign: Campaign) -> QuerySet[CampaignFigures]:
    """Launched campaigns to compare with, the newest first."""
    found = CampaignFigures.objects.exclude(pk=campaign.pk).select_related("campaign")
    return found.defer("report", "curve").order_by("-launched_at")[:OFFERED]


def chosen(text: str, *, campaign: Campaign) -> Other | None:
    """The campaign that the address names; None when it names none that was counted."""
    if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) == campaign.pk:
        return None
    found = CampaignFigures.objects.select_related("campaign").filter(pk=int(text)).first()
    if found is None:
        return None
    base = found.rate_base
    curve = [opened / base for opened, _clicked in found.curve] if base else []
    return Other(found.pk, found.campaign.name, found.report, curve)


def rows(report: Mapping[str, Any], other: Other) -> list[Row]:
    labels = {
        "failure": _("Failed"),
        "open": _("Opened"),
        "click": _("Clicked"),
        "click_to_open": _("Clicked of those who opened"),
        "unsubscribe": _("Left"),
    }
    return [
        Row(
            label,
            _share(report, name),
            report["rates"][name]["count"],
            _share(other.report, name),
            other.report["rates"][name]["count"],
        )
        for name, label in labels.items()
    ]


def _share(report: Mapping[str, Any], name: str) -> float | None:
    """None also where letters were captured: those have left for nobody."""
    value: float | None = None if report["captured"] else report["rates"][name]["value"]
    return value

"""The home page's four figures in words, each with its small picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.web.templatetags import ui
from reports.selectors.activity import Activity, Period
from reports.words import pictures
from reports.words.pictures import Bar


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the last 30 days; `change` compares with the 30 before, `picture` is by day."""

    label: str
    value: str
    note: str
    url: str
    picture: list[Bar]
    described: str
    change: str = ""
    change_kind: str = ""


def figures(activity: Activity) -> list[Figure]:
    """Letters, opens, clicks, growth."""
    overview = reverse("reports:overview")
    return [
        _sent(activity, overview),
        _rate(_("Opened"), activity, "opened", "open_rate", activity.open_rate, overview),
        _rate(_("Clicked"), activity, "clicked", "click_rate", activity.click_rate, overview),
        _growth(activity),
    ]


def _sent(activity: Activity, url: str) -> Figure:
    now, before = activity.now, activity.before
    note = ngettext("in %(count)s campaign", "in %(count)s campaigns", now.campaigns) % {
        "count": now.campaigns
    }
    if now.captured:
        note = _("%(note)s; %(count)s more were captured and have not left") % {
            "note": note,
            "count": ui.count(now.captured),
        }
    change = _("%(count)s in the 30 days before") % {"count": ui.count(before.sent)}
    described = _described(activity, activity.sent)
    return Figure(
        _("Letters sent"), ui.count(now.sent), note, url, pictures.bars(activity.sent), described, change
    )


def _rate(
    label: str, activity: Activity, count: str, rate: str, by_day: Sequence[float | None], url: str
) -> Figure:
    now, before = getattr(activity.now, rate), getattr(activity.before, rate)
    note = _measured(activity.now, count)
    change, kind = "", ""
    if now is not None and before is not None:
        change, kind = _compared(now, before)
    return Figure(
        label,
        ui.percent(now),
        note,
        url,
        pictures.bars(by_day),
        _described(activity, [None if share is None else round(share * 100, 1) for share in by_day], "%"),
        change,
        kind,
    )


def _compared(now: float, before: float) -> tuple[str, str]:
    """The rate of the 30 days before, with a word for who does not see the colour."""
    values = {"rate": ui.percent(before)}
    if ui.percent(now) == values["rate"]:
        return _("as in the 30 days before"), ""
    if now > before:
        return _("more than %(rate)s in the 30 days before") % values, "good"
    return _("less than %(rate)s in the 30 days before") % values, "poor"


def _measured(period: Period, count: str) -> str:
    if not period.measured:
        return _("no letter was measured")
    return _("%(count)s of %(base)s people") % {
        "count": ui.count(getattr(period, count)),
        "base": ui.count(period.measured),
    }


def _growth(activity: Activity) -> Figure:
    now = activity.now
    sign = "+" if now.growth > 0 else "−" if now.growth < 0 else ""
    note = _("%(joined)s joined a list, %(left)s left one") % {
        "joined": ui.count(now.joined),
        "left": ui.count(now.left),
    }
    change = _("%(count)s in the 30 days before") % {
        "count": f"{activity.before.growth:+,}".replace(",", ui.THIN)
    }
    return Figure(
        _("List growth"),
        f"{sign}{ui.count(abs(now.growth))}",
        note,
        reverse("contacts:list_list"),
        pictures.bars(activity.growth),
        _described(activity, activity.growth),
        change,
    )


def _described(activity: Activity, values: Sequence[float | int | None], unit: str = "") -> str:
    """The picture for who cannot see it: every day that has something."""
    told = [
        f"{day:%Y-%m-%d}: {ui.figure(value)}{ui.THIN if unit else ''}{unit}"
        for day, value in zip(activity.days, values, strict=True)
        if value
    ]
    return "; ".join(told) or _("nothing in these 30 days")

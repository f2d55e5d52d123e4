"""A campaign's report in words: its first sentence, its five numbers, its balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.web.templatetags import ui
from reports.selectors.usual import Usual
from reports.words import reasons

Report = Mapping[str, Any]
YOUNG = timedelta(hours=24)
SETTLED = ("sent", "failed", "skipped", "uncertain", "cancelled")
# A change that rounds to less than this many points of a hundred is no news.
NOTICEABLE = 0.1


@dataclass(frozen=True, slots=True)
class Number:
    """One of the five. `value` large; `note` rate with its base; `change` against the usual, good or poor."""

    label: str
    value: str
    note: str
    url: str
    change: str = ""
    change_kind: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the balance bar, with the people behind it."""

    kind: str
    label: str
    count: int
    url: str
    share: float


def sentences(report: Report, usual: Usual, *, tracking: str, hours: int | None = None) -> list[str]:
    """What the page says first, each a sentence of its own; `hours` of a young letter's life, None later."""
    sent, captured = report["balance"]["sent"], report["captured"]
    if report["launched_at"] is None:
        return [_("This campaign has not been sent yet.")]
    if not sent:
        return [_("No letter has been sent yet.")]
    if captured:
        return [_captured(captured, sent), _("So there are no rates, and nothing to compare.")]
    if tracking != "individual":
        return [_sent(sent), _unmeasured(tracking)]
    return [_opened(report, usual, hours), _then(report)]


def _captured(captured: int, sent: int) -> str:
    values = {"captured": ui.count(captured), "sent": ui.count(sent)}
    if captured < sent:
        return _("%(captured)s of %(sent)s letters were captured and have not left.") % values
    return (
        ngettext(
            "%(captured)s letter was captured; it has not left.",
            "%(captured)s letters were captured; none has left.",
            captured,
        )
        % values
    )


def _sent(sent: int) -> str:
    return ngettext("%(count)s letter was sent.", "%(count)s letters were sent.", sent) % {
        "count": ui.count(sent)
    }


def _unmeasured(tracking: str) -> str:
    if tracking == "off":
        return _("Opens and clicks were not measured, as the campaign says.")
    return _("Opens and clicks were counted without telling people apart, so there are no rates.")


def _opened(report: Report, usual: Usual, hours: int | None) -> str:
    rate = report["rates"]["open"]
    values = {
        "opened": ui.count(rate["count"]),
        "base": ui.count(rate["base"]),
        "rate": ui.percent(rate["value"]),
        "usual": ui.percent(usual.open),
        "hours": hours,
    }
    if usual.open is None:
        return _("%(opened)s of %(base)s people opened (%(rate)s).") % values
    if hours is not None:
        return (
            _("%(opened)s of %(base)s people opened (%(rate)s); your usual after %(hours)s h is %(usual)s.")
            % values
        )
    return _("%(opened)s of %(base)s people opened (%(rate)s); your usual is %(usual)s.") % values


def _then(report: Report) -> str:
    return _("%(clicked)s clicked, %(left)s left.") % {
        "clicked": ui.count(report["rates"]["click"]["count"]),
        "left": ui.count(report["unsubscribes"]),
    }


def hours_of(launched_at: datetime | None, *, now: datetime) -> int | None:
    """Whole hours since the launch, while that matters: a letter's first day; at least one."""
    if launched_at is None or now - launched_at > YOUNG:
        return None
    return max(1, int((now - launched_at).total_seconds() // 3600))


def young(launched_at: datetime | None, *, now: datetime) -> str:
    """A warning for figures that still move; "" once they have settled."""
    if launched_at is None or now - launched_at > YOUNG:
        return ""
    if now - launched_at < timedelta(minutes=1):
        return _("Sent just now. Numbers settle after about 24 h.")
    return _("Sent %(time)s ago. Numbers settle after about 24 h.") % {
        "time": timesince.timesince(launched_at, now, depth=1)
    }


def numbers(report: Report, usual: Usual, *, tracking: str) -> list[Number]:
    """Delivered, opened, clicked, left, complaints; the people behind each are a click away."""
    url = reverse("reports:recipient_list", args=[report["id"]])
    measured = tracking == "individual"
    # Captured letters have left for nobody: no rate has them for its base.
    sent = 0 if report["captured"] else report["balance"]["sent"]
    return [
        _delivered(report, usual, url),
        _read(_("Opened"), report, "open", usual.open, f"{url}?did=opened", measured),
        _read(_("Clicked"), report, "click", usual.click, f"{url}?did=clicked", measured),
        _after(_("Left"), report["unsubscribes"], sent, usual.unsubscribe, f"{url}?did=unsubscribed"),
        _after(_("Complaints"), report["complaints"], sent, usual.complaint, f"{url}?did=complained"),
    ]


def _delivered(report: Report, usual: Usual, url: str) -> Number:
    sent, tried = report["balance"]["sent"], report["rates"]["failure"]["base"]
    if captured := report["captured"]:
        return _kept(captured, sent, f"{url}?state=sent")
    change, kind = _change(
        sent / tried if tried else None, None if usual.failure is None else 1 - usual.failure
    )
    return Number(_("Delivered"), ui.count(sent), _rate(sent, tried), f"{url}?state=sent", change, kind)


def _kept(captured: int, sent: int, url: str) -> Number:
    if captured == sent:
        return Number(_("Captured"), ui.count(sent), _("none has left"), url)
    note = _("and %(count)s captured") % {"count": ui.count(captured)}
    return Number(_("Delivered"), ui.count(sent - captured), note, url)


def _read(label: str, report: Report, name: str, usual: float | None, url: str, measured: bool) -> Number:
    rate = report["rates"][name]
    machine = report["opens" if name == "open" else "clicks"]["machine"]["unique"]
    aside = _("and %(count)s by machines") % {"count": ui.count(machine)} if machine else ""
    if not measured:
        total = report["opens" if name == "open" else "clicks"]["human"]["total"]
        return Number(label, ui.count(total), _("times, by nobody in particular"), "")
    if report["captured"]:
        return Number(label, ui.count(rate["count"]), _("no rate: captured"), url, aside=aside)
    change, kind = _change(rate["value"], usual)
    return Number(
        label, ui.count(rate["count"]), _rate(rate["count"], rate["base"]), url, change, kind, aside
    )


def _after(label: str, count: int, sent: int, usual: float | None, url: str) -> Number:
    change, kind = _change(count / sent if sent else None, usual, more_is_better=False)
    return Number(label, ui.count(count), _rate(count, sent), url, change, kind)


def _rate(count: int, base: int) -> str:
    if not base:
        return "–"
    return _("%(rate)s of %(base)s") % {"rate": ui.percent(count / base), "base": ui.count(base)}


def _change(value: float | None, usual: float | None, *, more_is_better: bool = True) -> tuple[str, str]:
    """How far from the usual, in points of a hundred, and whether that is good."""
    if value is None or usual is None:
        return "", ""
    points = round(abs(value - usual) * 100, 1)
    if points < NOTICEABLE:
        return _("as usual"), ""
    words = (
        _("%(points)s points above your usual") if value > usual else _("%(points)s points below your usual")
    )
    return words % {"points": ui.decimal(points)}, "good" if (value > usual) == more_is_better else "poor"


def segments(report: Report) -> list[Segment]:
    """The balance: planned = what has become of them and what still waits."""
    url, balance = reverse("reports:recipient_list", args=[report["id"]]), report["balance"]
    planned = balance["planned"] or 1
    return [
        Segment(
            "warn" if state == "sent" and report["captured"] else reasons.COLOURS[state],
            str(_state(report, state)),
            balance[state],
            f"{url}?state={state}",
            100 * balance[state] / planned,
        )
        for state in (*SETTLED, "queued")
        if balance[state]
    ]


def _state(report: Report, state: str) -> reasons.Text:
    captured = report["captured"] if state == "sent" else 0
    if captured and captured < report["balance"]["sent"]:
        return _("sent or captured")
    return reasons.of_state(state, is_captured=bool(captured))

"""What every template says alike: numbers, moments, addresses, badges, icons, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import Resolver404, resolve
from django.utils import formats, timesince, timezone
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.lib import addresses, clock

register = template.Library()

# A narrow no-break space: groups of three that never break over lines (ISO 80000-1, 7.3.1).
THIN = "\u202f"
UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Rights:
    """`may.send` in a template: whether the signed-in person has that permission."""

    user: Any

    def __getattr__(self, name: str) -> bool:
        ask = getattr(self.user, "may", None)
        return bool(ask and ask(name))


def rights_of(request: HttpRequest) -> Rights:
    return Rights(getattr(request, "user", None))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One of static/web/icons.svg; without `label` it is decoration beside a word."""
    spoken = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="icon"{}><use href="{}#{}"></use></svg>', spoken, static("web/icons.svg"), name
    )


@register.simple_tag
def badge(kind: str, text: str, icon_name: str = "") -> SafeString:
    """A state as icon and word; `kind` is ok, warn, bad, info or neutral."""
    return _badge(kind, conditional_escape(text), icon_name or BADGE_ICONS.get(kind, "circle"))


# Every row of a table has one, and there are few.
@lru_cache(maxsize=1024)
def _badge(kind: str, text: SafeString, icon_name: str) -> SafeString:
    return format_html('<span class="badge {}">{}{}</span>', kind, icon(icon_name), text)


BADGE_ICONS = {"ok": "circle-check", "warn": "triangle-alert", "bad": "circle-x", "info": "info"}


@register.filter
def count(number: Any) -> str:
    """1202 as "1 202"; what is no number stays as it is."""
    try:
        return f"{int(number):,}".replace(",", THIN)
    except (TypeError, ValueError):
        return str(number)


@register.filter
def decimal(number: Any, places: int = 1) -> str:
    """A number with its decimals, rounded half up, in the reader's language."""
    # number_format cuts off what is too much.
    rounded = Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(formats.number_format(rounded, decimal_pos=places, force_grouping=False))


@register.filter
def percent(share: Any) -> str:
    """0.315 as "31.5 %"; "–" for what is not known."""
    return "–" if share is None else f"{decimal(float(share) * 100)}{THIN}%"


@register.simple_tag
def rate(part: int | None, base: int | None) -> SafeString:
    """ "31.5 % of 1 180": a rate never stands without its base."""
    if part is None or not base:
        return format_html('<span class="muted">{}</span>', "–")
    share = format_html('<span class="number">{}</span>', percent(part / base))
    of = format_html('<span class="muted">{}</span>', _("of %(base)s") % {"base": count(base)})
    return format_html("{} {}", share, of)


@register.filter
def size(number: Any) -> str:
    """Bytes in the largest unit that keeps the figure above one."""
    amount, index = float(number or 0), 0
    while amount >= 1000 and index < len(UNITS) - 1:
        amount, index = amount / 1000, index + 1
    return f"{decimal(amount, 0 if index == 0 or amount >= 100 else 1)}{THIN}{UNITS[index]}"


@register.filter
def moment(at: datetime | None) -> SafeString:
    """ "Tue 24 Nov 2026, 09:00 CET" in the viewer's zone."""
    if at is None:
        return format_html('<span class="muted">{}</span>', "–")
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), spoken_moment(local))


@register.filter
def ago(at: datetime | None) -> SafeString:
    """ "2 hours ago", with the moment itself as its title."""
    if at is None:
        return format_html('<span class="muted">{}</span>', "–")
    now = clock.now()
    text = (
        _("in %(time)s") % {"time": timesince.timeuntil(at, now, depth=1)}
        if at > now
        else _("%(time)s ago") % {"time": timesince.timesince(at, now, depth=1)}
    )
    if abs((now - at).total_seconds()) < 60:
        text = _("just now")
    local = timezone.localtime(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), spoken_moment(local), text)


def spoken_moment(local: datetime) -> str:
    """Weekday, day, month, year, time and zone of a local moment."""
    return f"{formats.date_format(local, _('D j M Y, H:i'))} {local.tzname() or ''}".strip()


@register.filter
def address(text: str, may: Rights) -> str:
    """The address, masked for who may not see it."""
    return text if may.see_addresses else addresses.mask(text)


@register.inclusion_tag("web/components/_field.html")
def field(bound: BoundField, label: str = "", help: str = "") -> dict[str, Any]:
    """Label, control, help and error of one form field, tied together for screen readers."""
    widget = bound.field.widget
    # Not `id_for_label`: a group of choices has none.
    described = f"{bound.auto_id}-error"
    if help or bound.help_text:
        described = f"{bound.auto_id}-help {described}"
    attributes: dict[str, Any] = {"aria-describedby": described}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "control": bound.as_widget(attrs=None if group else attributes),
        "is_check": isinstance(widget, CheckboxInput),
        "is_group": group,
        "described": described,
        "optional": not bound.field.required and not isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("web/components/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors() if form.is_bound else []}


@register.filter
def figure(value: Any) -> str:
    """A value of a chart's table: whole numbers in groups, others with one decimal."""
    return count(value) if isinstance(value, int) or float(value).is_integer() else decimal(value)


@register.filter
def json_block(data: Any) -> SafeString:
    """Data for a script of ours, in a block that no browser runs."""
    return json_script(data)


@dataclass(frozen=True)
class Rect:
    kind: str
    start: str
    width: str


@register.simple_tag
def stacked(parts: Sequence[tuple[str, float, str]]) -> list[Rect]:
    """Where each (kind, share of 100, label) begins on a bar 100 wide; what is there at all can be seen."""
    rects, start = [], 0.0
    for kind, share, _label in parts:
        width = max(float(share), 0.8) if share else 0.0
        rects.append(Rect(kind, f"{start:.2f}", f"{width:.2f}"))
        start += width
    return rects


@register.simple_tag
def result_line(table: Any) -> str:
    """How many rows match, as truthfully as it is known."""
    if table.count is None:
        return ""
    if table.count.text:
        return str(table.count.text)
    number, shown = table.count.number, count(table.count.number)
    if table.count.kind == "capped":
        return _("More than %(count)s") % {"count": shown}
    if table.count.kind == "estimate":
        return _("About %(count)s") % {"count": shown}
    return ngettext("%(count)s entry", "%(count)s entries", number) % {"count": shown}


@register.simple_tag
def all_label(table: Any) -> str:
    """The words beside the box that selects more than the page."""
    if table.count is None or table.count.kind != "exact":
        return _("Select all that match")
    return _("Select all %(count)s that match") % {"count": count(table.count.number)}


@register.filter
def turned(table: Any, column: Any) -> str:
    """The order that a click on the column's head asks for."""
    return f"-{column.key}" if table.sort == column.key else str(column.key)


@register.simple_tag
def sort_state(table: Any, column: Any) -> SafeString:
    if table.sort.removeprefix("-") != column.key:
        return SafeString("")
    direction = "descending" if table.sort.startswith("-") else "ascending"
    return format_html(' aria-sort="{}"', direction)


@register.simple_tag
def sort_arrow(table: Any, column: Any) -> SafeString:
    if table.sort.removeprefix("-") != column.key:
        return SafeString("")
    return icon("arrow-down" if table.sort.startswith("-") else "arrow-up")


@register.simple_tag(takes_context=True)
def may_open(context: template.Context, url: str) -> bool:
    """Whether this person may open `url`, as its own door says: a next step must not end at a refusal."""
    try:
        needs = getattr(resolve(str(url).partition("?")[0]).func, "needs", None)
    except Resolver404:
        return True
    ask = getattr(getattr(context.get("request"), "user", None), "may", None)
    return needs is None or ask is None or bool(ask(needs[0]))

"""Tables of staff screens: columns to choose, orders, pages by position, selection, cards on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mailhub.web import keyset
from mailhub.web.templatetags import ui

Text = str | Promise
Cell = Callable[[Any], SafeString]
_Maker = Callable[[Any, Context], SafeString]
SIZE = 50


@dataclass(frozen=True)
class Column:
    """`cell` is a template (given `row`, `may`, `request`), a dotted attribute or a function of it; "" means `key`.

    `order` are the keyset fields for ascending order, the last one unique; () cannot be sorted by.
    `phone` is title, second, meta or "": what a narrow screen's card shows of it.
    """

    key: str
    title: Text
    cell: str | Cell = ""
    order: tuple[str, ...] = ()
    shown: bool = True
    numeric: bool = False
    phone: str = ""


@dataclass(frozen=True)
class Bulk:
    """An act on the selected rows: POSTed to `url` with `ids`, or with `all` and the `filter`."""

    label: Text
    url: str
    permission: str
    icon: str = ""
    danger: bool = False


@dataclass(frozen=True)
class Count:
    """How many rows match. `kind`: exact; capped ("10 000+"); estimate ("≈ 1 020 000").

    `text` says it in the page's own words: "239 of 1 202 contacts".
    """

    number: int
    kind: str = "exact"
    text: str = ""


@dataclass(frozen=True)
class Empty:
    """What stands in place of no rows: why, and the one next step."""

    title: Text
    text: Text = ""
    url: str = ""
    label: Text = ""
    icon: str = "inbox"


@dataclass(frozen=True)
class Line:
    """One row as shown: `cells` are its whole `<td>`s, made here because a template asks too slowly."""

    key: str
    url: str
    cells: SafeString


@dataclass
class Table:
    """One list on one page; reads `sort`, `cursor` from the request's query."""

    name: str
    request: HttpRequest
    queryset: QuerySet[Any]
    columns: Sequence[Column]
    default_sort: str
    row_url: Callable[[Any], str] = lambda row: ""
    bulk: Sequence[Bulk] = ()
    count: Count | None = None
    empty: Empty = field(default_factory=lambda: Empty(""))
    size: int = SIZE
    caption: Text = ""

    @property
    def dom_id(self) -> str:
        return f"{self.name}-table"

    @cached_property
    def sort(self) -> str:
        """The key of the column in order, "-" before it for descending."""
        wanted = self.request.GET.get("sort", "")
        known = {column.key for column in self.columns if column.order}
        return wanted if wanted.removeprefix("-") in known else self.default_sort

    @cached_property
    def page(self) -> keyset.Page[Any]:
        """Raises keyset.BadCursor."""
        column = next(c for c in self.columns if c.key == self.sort.removeprefix("-"))
        descending = self.sort.startswith("-")
        order = [_turned(name) for name in column.order] if descending else list(column.order)
        cursor = self.request.GET.get("cursor", "")
        return keyset.page(self.queryset, order=order, cursor=cursor, size=self.size)

    @cached_property
    def shown_columns(self) -> list[Column]:
        chosen = self._chosen
        if not chosen:
            return [column for column in self.columns if column.shown]
        return [column for column in self.columns if column.key in chosen]

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """Every column with whether it is shown."""
        shown = {column.key for column in self.shown_columns}
        return [(column, column.key in shown) for column in self.columns]

    @cached_property
    def lines(self) -> list[Line]:
        context = Context({"request": self.request, "may": ui.rights_of(self.request)})
        makers = [
            (_classes(column), column.phone == "title", _maker(column)) for column in self.shown_columns
        ]
        return [self._line(row, makers, context) for row in self.page.rows]

    def _line(self, row: Any, makers: Sequence[tuple[str, bool, _Maker]], context: Context) -> Line:
        key, url, cells = str(row.pk), self.row_url(row), []
        for classes, is_title, make in makers:
            html: str = make(row, context)
            if is_title and url:
                html = f'<a href="{escape(url)}">{html}</a>'
            # The box that selects the row is described by this cell.
            name = f' id="{escape(f"{self.name}-{key}")}"' if is_title else ""
            cells.append(f'<td{name} class="{classes}">{html}</td>')
        return Line(key, url, mark_safe("".join(cells)))

    @property
    def acts(self) -> list[Bulk]:
        """The bulk acts that this person may do."""
        may = getattr(self.request.user, "may", None)
        return [act for act in self.bulk if may is not None and may(act.permission)]

    @property
    def filter_query(self) -> str:
        """The query string of the filter alone, without page and order."""
        query = self.request.GET.copy()
        for name in ("cursor", "sort"):
            query.pop(name, None)
        return query.urlencode()

    @property
    def is_filtered(self) -> bool:
        return any(
            values != [""] for name, values in self.request.GET.lists() if name not in ("cursor", "sort")
        )

    @property
    def _chosen(self) -> set[str]:
        preferences: Mapping[str, Any] = getattr(self.request.user, "preferences", None) or {}
        known = {column.key for column in self.columns}
        return known & set(preferences.get("columns", {}).get(self.name, []))


def respond(
    request: HttpRequest, table: Table, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page with the table; the table alone when htmx asks for its place."""
    context = {"table": table, **(context or {})}
    try:
        table.page  # noqa: B018 - read here, where an old cursor can still be dropped
    except keyset.BadCursor:
        # An old link: the first page serves better than a refusal.
        query = request.GET.copy()
        query.pop("cursor", None)
        request.GET = query  # type: ignore[assignment]
        table.request = request
    htmx = getattr(request, "htmx", None)
    alone = htmx is not None and bool(htmx) and htmx.target == table.dom_id
    response = render(request, "web/components/_table.html" if alone else template, context)
    # A page and its fragment have one address: a cache must not give one for the other.
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _classes(column: Column) -> str:
    phone = f"phone-{escape(column.phone)}" if column.phone else ""
    parts = ("numeric" if column.numeric else "", phone, "title-cell" if column.phone == "title" else "")
    return " ".join(filter(None, parts))


def _maker(column: Column) -> _Maker:
    path = column.cell or column.key
    if callable(path):
        return lambda row, context: path(row)
    if "/" in path:
        return _template_maker(path)
    return lambda row, context: _plain(_value(row, path))


def _template_maker(path: str) -> _Maker:
    # The template itself: its backend would make a context of its own for each of hundreds of cells.
    template = get_template(path).template  # type: ignore[attr-defined]  # Django's backend is the only one

    def make(row: Any, context: Context) -> SafeString:
        with context.push(row=row):
            html: SafeString = template.render(context)
        return html

    return make


def _value(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = row.get(part) if isinstance(row, Mapping) else getattr(row, part, None)
    return row() if callable(row) else row


def _plain(value: Any) -> SafeString:
    if value is None or value == "":
        return mark_safe('<span class="muted">–</span>')
    if isinstance(value, datetime):
        return ui.moment(value)
    if isinstance(value, bool):
        return mark_safe(escape(_("yes") if value else _("no")))
    if isinstance(value, int):
        return mark_safe(f'<span class="number">{ui.count(value)}</span>')
    return mark_safe(escape(value))

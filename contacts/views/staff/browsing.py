"""The contact table: search, chips, saved views, and the builder of one more condition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import BulkJob, BulkState, Contact, List, Tag
from contacts.segments import compiler
from contacts.segments.tree import BadTree, Condition, Group
from contacts.selectors import browsing, counting
from contacts.selectors.browsing import Filter
from contacts.selectors.counting import Found
from contacts.services import bulk, saved_views
from contacts.views.staff import table as contact_table
from contacts.views.staff.condition_form import ConditionForm
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.web import responses, tables

PAGE = "contacts/staff/contact_list.html"
QUICK_LISTS, QUICK_TAGS = 6, 8


@dataclass(frozen=True)
class Chip:
    """A filter in words; `remove` and `edit` are addresses, `edit` "" for what the builder cannot make."""

    words: str
    remove: str
    edit: str = ""


@dataclass(frozen=True)
class Quick:
    """A list or tag with its count; a click adds it as a filter, or takes it away."""

    name: str
    count: int
    url: str
    is_on: bool


@doors.staff(Permission.LOOK)
def contact_list(request: StaffRequest) -> HttpResponse:
    try:
        filter_ = browsing.read(request.GET)
        rows = _rows(request, filter_)
    except BadTree as error:
        return _refused(request, str(error))
    narrowed, found = browsing.narrowed(filter_, rows)
    table = contact_table.make(request, filter_, narrowed, found)
    if _is_table_alone(request, table):
        return tables.respond(request, table, PAGE)
    return tables.respond(request, table, PAGE, _context(request, filter_, found))


@doors.staff(Permission.LOOK)
def filter_new(request: StaffRequest) -> HttpResponse:
    """The builder: a field, what to ask of it, a value. Its answer is the table with that filter."""
    query = QueryDict(request.GET.get("filter", ""))
    try:
        filter_ = browsing.read(query)
    except BadTree:
        filter_ = Filter()
    place = _place(request.GET.get("edit", ""), filter_)
    data = request.GET.copy()
    if place is not None and "field" not in data:
        item = filter_.group.items[place]
        if isinstance(item, Condition):
            data.update({"field": item.field, "operator": item.operator})
            data.setlist("value", _texts(item.value))
    form = ConditionForm(data, sees_addresses=request.user.may(Permission.SEE_ADDRESSES))
    if "add" in request.GET and form.is_valid():
        group = _with(filter_.group, form.condition, place)
        return responses.go(request, contact_table.list_url(replace(filter_, group=group)))
    context = {"form": form, "filter": query.urlencode(), "edit": place, "tried": "add" in request.GET}
    return render(
        request, "contacts/staff/filter_new.html", context, status=422 if "add" in request.GET else 200
    )


def _rows(request: StaffRequest, filter_: Filter) -> Any:
    sees_addresses = request.user.may(Permission.SEE_ADDRESSES)
    return filter_.rows(now=clock.now(), zone=contact_table.zone(), sees_addresses=sees_addresses)


def _is_table_alone(request: StaffRequest, table: tables.Table) -> bool:
    return bool(request.htmx) and request.htmx.target == table.dom_id


def _refused(request: StaffRequest, problem: str) -> HttpResponse:
    """A filter that cannot be read shows nobody: everybody would be a wrong answer."""
    filter_ = Filter(request.GET.get("q", "")[:200])
    table = contact_table.make(request, Filter("?"), Contact.objects.none(), Found(0))
    table.empty = tables.Empty(
        _("This filter cannot be used."),
        problem,
        reverse("contacts:contact_list"),
        _("Show everybody"),
        "filter",
    )
    context = {
        **_context(request, Filter(), Found(0)),
        "filter": filter_,
        "nobody": False,
        "refused": True,
    }
    response = tables.respond(request, table, PAGE, context)
    response.status_code = 400
    return response


def _context(request: StaffRequest, filter_: Filter, found: Found) -> dict[str, Any]:
    views = saved_views.of(request.user)
    here = filter_.query_string()
    return {
        "filter": filter_,
        "query": here,
        "chips": _chips(filter_),
        "quick_lists": _quick_lists(filter_),
        "quick_tags": _quick_tags(filter_),
        "views": [
            (view, contact_table.list_url(Filter()) + f"?{view.query}", view.query == here) for view in views
        ],
        "view": next((view for view in views if view.query == here), None),
        "nobody": filter_.is_empty and found.number == 0,
        "hidden": filter_.pairs()[1 if filter_.text else 0 :],
        "jobs": [
            (job, bulk.title(job))
            for job in BulkJob.objects.filter(state=BulkState.RUNNING, created_by=request.user)[:3]
        ],
    }


def _chips(filter_: Filter) -> list[Chip]:
    chips = []
    for number, (item, words) in enumerate(compiler.said_items(filter_.group)):
        remove = contact_table.list_url(browsing.without_item(filter_, number))
        edit = ""
        if isinstance(item, Condition):
            query = QueryDict(mutable=True)
            query.update({"filter": filter_.query_string(), "edit": str(number)})
            edit = f"{reverse('contacts:filter_new')}?{query.urlencode()}"
        chips.append(Chip(words, remove, edit))
    return chips


def _quick_lists(filter_: Filter) -> list[Quick]:
    counts = counting.by_list()
    lists = [(row, counts.get(row.pk, {}).get("subscribed", 0)) for row in List.objects.order_by("name")]
    return [
        _quick(filter_, row, number, "list", "subscribed") for row, number in _largest(lists, QUICK_LISTS)
    ]


def _quick_tags(filter_: Filter) -> list[Quick]:
    counts = counting.by_tag()
    tags = [(row, counts.get(row.pk, 0)) for row in Tag.objects.filter(pk__in=list(counts))]
    return [_quick(filter_, row, number, "tag", "has") for row, number in _largest(tags, QUICK_TAGS)]


def _largest(rows: list[Any], most: int) -> list[Any]:
    return sorted(rows, key=lambda pair: -pair[1])[:most]


def _quick(filter_: Filter, row: List | Tag, number: int, field: str, operator: str) -> Quick:
    condition = Condition(field, operator, (str(row.pk),))
    is_on = condition in filter_.group.items
    group = (
        compiler.without_item(filter_.group, filter_.group.items.index(condition))
        if is_on
        else compiler.with_condition(filter_.group, condition)
    )
    return Quick(row.name, number, contact_table.list_url(replace(filter_, group=group)), is_on)


def _place(text: str, filter_: Filter) -> int | None:
    """Which condition is being edited."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1
    items = filter_.group.items
    return number if 0 <= number < len(items) and isinstance(items[number], Condition) else None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    return [str(item) for item in values if item is not None]


def _with(group: Group, condition: Condition, place: int | None) -> Group:
    if place is None:
        return compiler.with_condition(group, condition)
    items = tuple(condition if number == place else item for number, item in enumerate(group.items))
    return replace(group, items=items)

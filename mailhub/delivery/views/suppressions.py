"""Who must not be mailed: found by address, added, lifted with a reason, taken along as a file."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery import address_book, reason_words
from mailhub.delivery.models import Suppression
from mailhub.delivery.selectors import suppressions
from mailhub.delivery.selectors.suppressions import Filter
from mailhub.delivery.services import suppression
from mailhub.delivery.views.suppression_forms import CONFIRMED_TWICE, AddForm, LiftForm
from mailhub.web import responses, spreadsheet, tables, toasts
from mailhub.web.tables import Column, Count, Empty, Table

CELLS = "delivery/cells"
COLUMNS = [
    Column("address", gettext_lazy("Address"), cell=f"{CELLS}/_suppressed.html", phone="title"),
    Column("reason", gettext_lazy("Reason"), cell=f"{CELLS}/_reason.html", phone="meta"),
    Column("scope", gettext_lazy("For"), cell="scope_name", phone="second"),
    Column("source", gettext_lazy("Source")),
    Column("note", gettext_lazy("Note")),
    Column("when", gettext_lazy("Since"), cell="created_at", order=("id",)),
]


@require_safe
@doors.staff(Permission.LOOK)
def suppression_list(request: StaffRequest) -> HttpResponse:
    wanted = Filter.of(request.GET)
    rows = wanted.rows()
    number, kind = suppressions.count(rows)
    table = _Table(
        name="suppressions",
        request=request,
        queryset=rows,
        columns=COLUMNS,
        default_sort="-when",
        row_url=lambda row: (
            reverse("delivery:suppression_lift", args=[row.pk])
            if request.user.may(Permission.WRITE_PEOPLE)
            else ""
        ),
        count=Count(number, kind),
        empty=_empty(wanted),
        caption=_("Suppressions"),
    )
    context = {
        "wanted": wanted,
        "reasons": reason_words.WORDS.items(),
        "scopes": address_book.scopes()[1:],
        "sources": suppressions.SOURCES.items(),
        "import_url": address_book.book().import_url(),
    }
    return tables.respond(request, table, "delivery/suppression_list.html", context)


@doors.staff(Permission.WRITE_PEOPLE)
def suppression_new(request: StaffRequest) -> HttpResponse:
    """One address or many."""
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stated = form.cleaned_data
        added = suppression.add(
            stated["addresses"],
            reason=stated["reason"],
            scope_key=stated["scope_key"],
            source=f"staff: {request.user.get_username()}"[:120],
            note=stated["note"],
        )
        if added.wrong:
            form.add_error("addresses", _wrong(added.wrong))
        else:
            detail = {"reason": stated["reason"], "count": added.new}
            audit.record(request, "suppression.added", label=stated["reason"], detail=detail)
            toasts.ok(request, _told(added))
            return responses.go(request, reverse("delivery:suppression_list"))
    status = 422 if form.errors else 200
    return render(request, "delivery/suppression_new.html", {"form": form}, status=status)


@doors.staff(Permission.WRITE_PEOPLE)
def suppression_lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks why, and lifts it. A bounce or a complaint is lifted by administrators, who confirm it twice."""
    row = get_object_or_404(Suppression, pk=pk)
    serious = row.reason in CONFIRMED_TWICE
    if serious and not request.user.may(Permission.ADMINISTER):
        return doors.refuse(request, Permission.ADMINISTER)
    form = LiftForm(request.POST or None, suppressed_for=row.reason)
    if request.method == "POST" and form.is_valid():
        _lift(request, row, reason=form.cleaned_data["reason"])
        toasts.ok(request, _("The suppression is lifted."))
        return responses.go(request, reverse("delivery:suppression_list"))
    person = suppressions.known([row]).get(row.address_hash)
    scope = dict(address_book.scopes()).get(row.scope_key, row.scope_key)
    context = {
        "row": row,
        "form": form,
        "person": person,
        "scope": scope,
        "reason": reason_words.of(row.reason),
    }
    status = 422 if form.errors else 200
    return render(request, "delivery/suppression_lift.html", context, status=status)


@require_safe
@doors.staff(Permission.EXPORT)
def suppression_export(request: StaffRequest) -> HttpResponseBase:
    """What the filter shows, as CSV."""
    wanted = Filter.of(request.GET)
    audit.record(request, "suppression.exported", label=wanted.reason or _("all"))
    rows = suppressions.file_rows(wanted.rows())
    return spreadsheet.stream("suppressions.csv", suppressions.HEADER, rows)


class _Table(Table):
    """Rows know whom they are about, asked for once a page, and their scope in words."""

    @cached_property
    def lines(self) -> list[tables.Line]:
        people = suppressions.known(self.page.rows)
        scopes = dict(address_book.scopes())
        for row in self.page.rows:
            row.known = people.get(row.address_hash)
            row.scope_name = scopes.get(row.scope_key, row.scope_key)
            row.reason_name = reason_words.of(row.reason)
        return super().lines


def _lift(request: StaffRequest, row: Suppression, *, reason: str) -> None:
    facts: dict[str, Any] = {
        "why": reason,
        "reason": row.reason,
        "scope": row.scope_key,
        "source": row.source,
        "hash": row.address_hash[:8],
        "since": row.created_at.isoformat(),
    }
    audit.record(request, "suppression.lifted", target=row, detail=facts)
    suppression.lift(row.address_hash, reason=row.reason, scope_key=row.scope_key)


def _empty(wanted: Filter) -> Empty:
    if wanted.is_wrong:
        return Empty(_("This is not an e-mail address"), _("Search by the whole address."), icon="search")
    if wanted != Filter():
        return Empty(
            _("Nothing matches"), _("The address is not suppressed, or not in this way."), icon="shield"
        )
    return Empty(
        _("Nobody is suppressed"),
        _("Addresses that bounce, complain or unsubscribe come here by themselves."),
        icon="shield",
    )


def _told(added: suppression.Added) -> str:
    text = ngettext("%(count)d address is suppressed.", "%(count)d addresses are suppressed.", added.new)
    told = text % {"count": added.new}
    if added.already:
        more = ngettext("%(count)d was already.", "%(count)d were already.", added.already)
        told = f"{told} {more % {'count': added.already}}"
    return told


def _wrong(lines: list[str]) -> str:
    text = ngettext(
        "%(count)d is not an address, and nothing was added: %(lines)s",
        "%(count)d are not addresses, and nothing was added: %(lines)s",
        len(lines),
    )
    return text % {"count": len(lines), "lines": ", ".join(f"“{line[:60]}”" for line in lines[:5])}

"""Imports: the list of runs, one of them while it runs and after, its error file, its undo."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.importing import drafts, undo, uploads
from contacts.models import Import, ImportState
from contacts.selectors import imports as found
from contacts.views.staff import import_steps
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import downloads, responses, tables, toasts
from mailhub.web.tables import Column, Count, Empty, Table

CELLS = "contacts/staff/cells"
COLUMNS = [
    Column("file", gettext_lazy("File"), cell=f"{CELLS}/_import_file.html", phone="title"),
    Column("list", gettext_lazy("Into"), cell=f"{CELLS}/_import_target.html", phone="second"),
    Column("state", gettext_lazy("State"), cell=f"{CELLS}/_import_state.html", phone="meta"),
    Column("created", gettext_lazy("New"), cell="created_count", numeric=True),
    Column("updated", gettext_lazy("Changed"), cell="updated_count", numeric=True),
    Column("invalid", gettext_lazy("Refused"), cell="invalid_count", numeric=True),
    Column("started", gettext_lazy("Started"), cell="started_at", order=("started_at", "id")),
    Column("by", gettext_lazy("By"), cell="created_by", shown=False),
]


@doors.staff(Permission.LOOK)
def list_(request: StaffRequest) -> HttpResponse:
    table = Table(
        name="imports",
        request=request,
        queryset=found.runs(),
        columns=COLUMNS,
        default_sort="-started",
        row_url=lambda run: reverse("contacts:import_page", args=[run.pk]),
        count=Count(Import.objects.count()),
        empty=Empty(
            _("Nothing was imported yet"),
            _("Bring your contacts from a CSV or Excel file. You see what will happen before anything does."),
            reverse("contacts:import_new"),
            _("Import a file"),
            "upload",
        ),
    )
    return tables.respond(request, table, "contacts/staff/import_list.html")


@doors.staff(Permission.LOOK)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """A run while it runs and after; a draft leads to its step."""
    run = get_object_or_404(found.runs(), pk=pk)
    if run.state == ImportState.DRAFT:
        if not request.user.may(Permission.WRITE_PEOPLE):
            return render(request, "contacts/staff/import_page.html", _context(run))
        return redirect("contacts:import_check" if _is_decided(run) else "contacts:import_columns", pk)
    return render(request, "contacts/staff/import_page.html", _context(run))


@doors.staff(Permission.LOOK)
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """What is asked every second while a worker is at work; tells the page to load anew when it is done."""
    run = get_object_or_404(found.runs(), pk=pk)
    context = _context(run)
    response = render(request, "contacts/staff/_import_progress.html", context)
    if not context["progress"].is_at_work:
        response.status_code = responses.STOP_POLLING
        response.headers["HX-Refresh"] = "true"
    return response


@doors.staff(Permission.EXPORT)
def errors(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that did not go in whole, each with its line and reason."""
    run = get_object_or_404(Import, pk=pk)
    file = uploads.open_errors(run)
    if file is None:
        raise Http404
    audit.record(request, "import.errors_downloaded", target=run, label=run.file_name)
    return downloads.offer_csv(file, name=f"import-{run.pk}-errors.csv")


@doors.staff(Permission.WRITE_PEOPLE)
def go_on(request: StaffRequest, pk: int) -> HttpResponse:
    """An import that stopped goes on behind its last batch."""
    run = get_object_or_404(Import, pk=pk)
    if request.method == "POST":
        if drafts.go_on(run):
            audit.record(request, "import.continued", target=run, label=run.file_name)
        else:
            toasts.warn(
                request, _("There is nothing to go on with: the import is running, or its file is gone.")
            )
    return responses.go(request, reverse("contacts:import_page", args=[pk]))


@doors.staff(Permission.WRITE_PEOPLE)
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Says with counts what an undo would do, and does it."""
    run = get_object_or_404(found.runs(), pk=pk)
    if request.method == "POST":
        try:
            undo.begin(run, by=request.user.get_username())
            audit.record(request, "import.undone", target=run, label=run.file_name)
        except UserError as error:
            toasts.bad(request, str(error))
        return responses.go(request, reverse("contacts:import_page", args=[pk]))
    if run.state not in undo.UNDOABLE:
        return redirect("contacts:import_page", pk)
    return render(request, "contacts/staff/import_undo.html", {"run": run, "forecast": undo.foresee(run)})


def _context(run: Import) -> dict[str, Any]:
    return {
        **import_steps.check_context(run),
        "step": "run",
        "progress": found.progress(run),
        "can_undo": run.state in undo.UNDOABLE and found.changed_anything(run),
        "has_errors": bool(run.error_upload or run.error_file),
    }


def _is_decided(run: Import) -> bool:
    return "reason" in run.choices or "source" in run.choices

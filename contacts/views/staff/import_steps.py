"""The steps of an import: file, columns, check, run. Each has its address and can be left and come back to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.importing import drafts
from contacts.models import Import, ImportKind, ImportState
from contacts.views.staff.import_forms import BlockForm, ColumnsForm, TermsForm, UploadForm
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


@doors.staff(Permission.WRITE_PEOPLE)
def new(request: StaffRequest) -> HttpResponse:
    """Step one: the file is taken in."""
    initial = {"kind": request.GET.get("kind", ImportKind.PEOPLE)}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = drafts.create(file, name=file.name, kind=form.cleaned_data["kind"], by=request.user)
        except UserError as error:
            form.add_error("file", str(error))
        else:
            audit.record(request, "import.uploaded", target=run, label=run.file_name)
            return responses.go(request, reverse("contacts:import_columns", args=[run.pk]))
    context = {"form": form, "step": "file"}
    return render(request, "contacts/staff/import_new.html", context, status=responses.status_of(form))


@doors.staff(Permission.WRITE_PEOPLE)
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Step two: what becomes of each column, and on what terms these people come in."""
    run = get_object_or_404(Import, pk=pk)
    if run.state != ImportState.DRAFT:
        return redirect("contacts:import_page", pk)
    if not run.look:
        return render(request, "contacts/staff/import_wait.html", {"run": run, "step": "columns"})
    blocks = run.kind == ImportKind.SUPPRESSIONS
    data = request.POST or None
    form = ColumnsForm(data, run=run)
    terms = BlockForm(data, run=run) if blocks else TermsForm(data, run=run)
    if request.method == "POST" and form.is_valid() and terms.is_valid():
        try:
            _keep(run, form.cleaned_data, terms.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            audit.record(request, "import.prepared", target=run, label=run.file_name)
            return responses.go(request, reverse("contacts:import_check", args=[pk]))
    context = {"run": run, "form": form, "terms": terms, "step": "columns", "blocks": blocks}
    return render(
        request, "contacts/staff/import_columns.html", context, status=responses.status_of(form, terms)
    )


@doors.staff(Permission.WRITE_PEOPLE)
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Step three: what would happen, before anything does."""
    run = get_object_or_404(Import.objects.select_related("created_by"), pk=pk)
    if run.state != ImportState.DRAFT:
        return redirect("contacts:import_page", pk)
    if request.method == "POST":
        drafts.begin_check(run)
        return responses.go(request, reverse("contacts:import_check", args=[pk]))
    if not run.look:
        return redirect("contacts:import_columns", pk)
    return render(request, "contacts/staff/import_check.html", check_context(run))


@doors.staff(Permission.WRITE_PEOPLE)
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """Step four: the deed. A second press finds it done."""
    run = get_object_or_404(Import, pk=pk)
    if request.method != "POST":
        return redirect("contacts:import_page", pk)
    try:
        if drafts.start(run):
            audit.record(request, "import.started", target=run, label=run.file_name)
    except UserError as error:
        toasts.bad(request, str(error))
        return responses.go(request, reverse("contacts:import_check", args=[pk]))
    return responses.go(request, reverse("contacts:import_page", args=[pk]))


@doors.staff(Permission.WRITE_PEOPLE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft is thrown away with its file."""
    run = get_object_or_404(Import, pk=pk)
    if request.method == "POST":
        try:
            name = run.file_name
            drafts.discard(run)
        except UserError as error:
            toasts.bad(request, str(error))
        else:
            audit.record(request, "import.discarded", label=name)
            toasts.ok(request, _("The file is thrown away. Nothing of it was imported."))
        return responses.go(request, reverse("contacts:import_list"))
    return render(request, "contacts/staff/import_delete.html", {"run": run})


def check_context(run: Import) -> dict[str, Any]:
    """What the check step shows."""
    return {
        "run": run,
        "step": "check",
        "found": run.check_result,
        # Rows that are refused, and repetitions of a person, bring nobody.
        "comers": sum(run.check_result.get(name, 0) for name in ("created", "updated", "unchanged")),
        "terms": run.choices,
        "blocks": run.kind == ImportKind.SUPPRESSIONS,
        "target": drafts.target_of(run),
    }


def _keep(run: Import, chosen: dict[str, Any], terms: dict[str, Any]) -> None:
    drafts.choose_columns(run, chosen["columns"], empty=terms.get("empty", "keep"))
    if run.kind == ImportKind.SUPPRESSIONS:
        drafts.choose_block(run, reason=terms["reason"], scope_key=terms["scope_key"], note=terms["note"])
    else:
        drafts.choose_terms(run, list_=terms["list"], list_name=terms["list_name"], terms=terms["terms"])
    drafts.begin_check(run)

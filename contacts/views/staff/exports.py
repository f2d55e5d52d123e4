"""Exports: which columns, then a download or a file that is made meanwhile."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.exporting import columns, files, rows
from contacts.models import BulkJob, BulkKind
from contacts.views.staff import choosing, outcomes
from contacts.views.staff.choosing import Chosen
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import downloads, responses, spreadsheet, toasts


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one column.")},
    )

    def __init__(self, data: object = None) -> None:
        offered = columns.offered()
        super().__init__(data, initial={"columns": [column.key for column in offered if column.chosen]})  # type: ignore[arg-type]
        self.fields["columns"].choices = [(column.key, column.title) for column in offered]  # type: ignore[attr-defined]


@doors.staff(Permission.EXPORT, post=Permission.EXPORT)
def contact_export(request: StaffRequest) -> HttpResponseBase:
    try:
        chosen = choosing.read(request)
    except UserError as error:
        toasts.bad(request, str(error))
        return responses.go(request, reverse("contacts:contact_list"))
    confirmed = request.method == "POST" and "confirmed" in request.POST
    form = ColumnsForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        return _export(request, chosen, form.cleaned_data["columns"])
    context = {"form": form, "chosen": chosen, "is_large": chosen.count > files.STREAMED}
    return render(request, "contacts/staff/contact_export.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.EXPORT)
def export_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file while it is kept; the storage itself is never open to the world."""
    job = get_object_or_404(BulkJob, pk=pk, kind=BulkKind.EXPORT)
    file = files.open_file(job)
    if file is None or job.expires_at is None or job.expires_at <= clock.now():
        raise Http404
    audit.record(request, "export.downloaded", target=job, label=_("Export of contacts"))
    return downloads.offer_csv(file, name=f"contacts-{job.created_at:%Y-%m-%d}-{job.pk}.csv")


def _export(request: StaffRequest, chosen: Chosen, keys: list[str]) -> HttpResponseBase:
    detail = {"count": chosen.count, "filter": outcomes.without_addresses(chosen.words), "columns": keys}
    label = _("Export of contacts")
    if chosen.count > files.STREAMED:
        job = files.begin(
            chosen.choice, words=chosen.words, column_keys=keys, total=chosen.count, by=request.user
        )
        audit.record(request, "contacts.exported", target=job, label=label, detail=detail)
        return responses.go(request, reverse("contacts:act_page", args=[job.pk]))
    audit.record(request, "contacts.exported", label=label, detail=detail)
    chosen_columns = columns.chosen(keys)
    header = [str(column.title) for column in chosen_columns]
    found = rows.read(chosen.choice.rows(), chosen_columns)
    return spreadsheet.stream(f"contacts-{clock.now():%Y-%m-%d}.csv", header, found)

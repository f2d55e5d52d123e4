"""The screen of custom fields: what a business keeps of its contacts beside what everybody has."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import CustomField, FieldType
from contacts.services import custom_fields
from contacts.services import fields as values
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib import names
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts

LIST = "contacts:field_list"


class FieldForm(forms.Form):
    """A field that is there keeps its key: letters say it."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=63,
        required=False,
        help_text=gettext_lazy("Its name in letters; a–z, 0–9 and _. Made of the name when left empty."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=FieldType.choices)
    public = forms.BooleanField(
        label=gettext_lazy("Shown to the person"),
        required=False,
        help_text=gettext_lazy("They see it on their own page and may change it."),
    )

    def __init__(self, data: object = None, *, field: CustomField | None = None) -> None:
        initial = {"label": field.label, "kind": field.type, "public": field.public} if field else None
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        if field:
            del self.fields["key"]

    def clean_label(self) -> str:
        label = " ".join(self.cleaned_data["label"].split())
        if not names.is_visible(label) or "\x00" in label:
            raise forms.ValidationError(_("Give the field a name."))
        return label

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"] or slugify(self.cleaned_data.get("label", "")).replace("-", "_")
        try:
            values.check_key(key)
        except UserError as error:
            raise forms.ValidationError(str(error)) from error
        if CustomField.objects.filter(key=key).exists():
            raise forms.ValidationError(_("There is already a field with the key “%(key)s”.") % {"key": key})
        return key


@doors.staff(Permission.LOOK)
def field_list(request: StaffRequest) -> HttpResponse:
    rows = [
        (field, f"{{{{ contact.{field.key} }}}}") for field in CustomField.objects.order_by("label", "pk")
    ]
    return render(request, "contacts/staff/field_list.html", {"rows": rows})


@doors.staff(Permission.WRITE_PEOPLE)
def field_new(request: StaffRequest) -> HttpResponse:
    form = FieldForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            try:
                field = custom_fields.create(**form.cleaned_data)
            except UserError as error:
                form.add_error("key", str(error))
            else:
                audit.record(request, "field.created", target=field, detail={"key": field.key})
                toasts.ok(request, _("Field “%(name)s” created.") % {"name": field.label})
                return responses.go(request, reverse(LIST))
    return render(
        request, "contacts/staff/field_new.html", {"form": form}, status=422 if form.errors else 200
    )


@doors.staff(Permission.WRITE_PEOPLE)
def field_edit(request: StaffRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=pk)
    form = FieldForm(request.POST or None, field=field)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            try:
                custom_fields.update(field, **form.cleaned_data)
            except UserError as error:
                form.add_error("kind", str(error))
            else:
                audit.record(request, "field.changed", target=field, detail={"changed": form.changed_data})
                toasts.ok(request, _("Saved."))
                return responses.go(request, reverse(LIST))
    context = {"form": form, "field": field}
    return render(request, "contacts/staff/field_edit.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def field_delete(request: StaffRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=pk)
    if request.method == "POST":
        name = field.label
        count = custom_fields.delete(field)
        audit.record(request, "field.deleted", label=name, detail={"key": field.key, "count": count})
        toasts.ok(request, _("Field “%(name)s” deleted, with everybody's values in it.") % {"name": name})
        return responses.go(request, reverse(LIST))
    context = {"field": field, "count": custom_fields.holders(field).count()}
    return render(request, "contacts/staff/field_delete.html", context)

"""The lists screen: who is on each, and what goes with one that is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import List
from contacts.selectors import counting
from contacts.services import lists
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models import Brand
from mailhub.lib import names
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


class ListForm(forms.ModelForm[List]):
    class Meta:
        model = List
        fields = ["name", "description", "brand", "opt_in", "public", "tracking"]
        labels = {
            "name": gettext_lazy("Name"),
            "description": gettext_lazy("Description"),
            "brand": gettext_lazy("Brand"),
            "opt_in": gettext_lazy("Signing up"),
            "public": gettext_lazy("Shown on the preference page"),
            "tracking": gettext_lazy("Opens and clicks"),
        }
        help_texts = {
            "description": gettext_lazy(
                "What people get, and how often. They read it on the preference page."
            ),
            "opt_in": gettext_lazy("Double asks by mail first: it proves that the address is theirs."),
            "public": gettext_lazy("Everybody may choose it there. Else only who is on it sees it."),
            "tracking": gettext_lazy("How much letters to this list may tell about their readers."),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 2}), "opt_in": forms.RadioSelect}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        brands = Brand.objects.order_by("name")
        if not self.instance.pk:
            self.fields["brand"].initial = brands.first()

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if List.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a list with this name."))
        if not names.is_visible(name):
            raise forms.ValidationError(_("Give the list a name."))
        return name


@doors.staff(Permission.LOOK)
def list_list(request: StaffRequest) -> HttpResponse:
    counts = counting.by_list()
    rows = [
        (row, {"subscribed": 0, "pending": 0, "unsubscribed": 0, **counts.get(row.pk, {})})
        for row in List.objects.select_related("brand").order_by("name")
    ]
    return render(
        request, "contacts/staff/list_list.html", {"rows": rows, "has_brand": Brand.objects.exists()}
    )


@doors.staff(Permission.WRITE_PEOPLE)
def list_new(request: StaffRequest) -> HttpResponse:
    form = ListForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            list_ = lists.create(**form.cleaned_data)
            audit.record(request, "list.created", target=list_)
            toasts.ok(request, _("List “%(name)s” created.") % {"name": list_.name})
            return responses.go(request, reverse("contacts:list_list"))
    context = {"form": form, "has_brand": Brand.objects.exists()}
    return render(request, "contacts/staff/list_new.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def list_edit(request: StaffRequest, pk: int) -> HttpResponse:
    list_ = get_object_or_404(List, pk=pk)
    form = ListForm(request.POST or None, instance=List.objects.get(pk=pk))
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            lists.update(list_, **form.cleaned_data)
            audit.record(request, "list.changed", target=list_, detail={"changed": form.changed_data})
            toasts.ok(request, _("Saved."))
            return responses.go(request, reverse("contacts:list_list"))
    context = {"form": form, "list": list_}
    return render(request, "contacts/staff/list_edit.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def list_delete(request: StaffRequest, pk: int) -> HttpResponse:
    list_ = get_object_or_404(List, pk=pk)
    if request.method == "POST":
        name = list_.name
        try:
            going = lists.belongings(list_)
            lists.delete(list_)
        except UserError as error:
            toasts.bad(request, str(error))
        else:
            audit.record(request, "list.deleted", label=name, detail={"subscribed": going.subscribed})
            toasts.ok(request, _("List “%(name)s” deleted. Its contacts stay.") % {"name": name})
        return responses.go(request, reverse("contacts:list_list"))
    context = {"list": list_, "going": lists.belongings(list_)}
    return render(request, "contacts/staff/list_delete.html", context)

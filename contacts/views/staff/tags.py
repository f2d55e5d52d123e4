"""The tags screen: rename, merge, delete."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.models import ContactTag, Tag
from contacts.selectors import counting
from contacts.services import tags
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts
from mailhub.web.templatetags.ui import count as grouped

LIST = "contacts:tag_list"


class TagForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput({"autofocus": True})
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=gettext_lazy("Merge into"), queryset=Tag.objects.none())

    def __init__(self, data: object = None, *, tag: Tag) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["into"].queryset = Tag.objects.exclude(pk=tag.pk).order_by("name")  # type: ignore[attr-defined]


@doors.staff(Permission.LOOK)
def tag_list(request: StaffRequest) -> HttpResponse:
    counts = counting.by_tag()
    rows = [(tag, counts.get(tag.pk, 0)) for tag in Tag.objects.order_by("name")]
    return render(request, "contacts/staff/tag_list.html", {"rows": rows})


@doors.staff(Permission.WRITE_PEOPLE)
def tag_new(request: StaffRequest) -> HttpResponse:
    form = TagForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            try:
                tag = tags.create(form.cleaned_data["name"])
            except UserError as error:
                form.add_error("name", str(error))
            else:
                audit.record(request, "tag.created", target=tag)
                return responses.go(request, reverse(LIST))
    return render(request, "contacts/staff/tag_new.html", {"form": form}, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def tag_edit(request: StaffRequest, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=pk)
    form = TagForm(request.POST or None, initial={"name": tag.name})
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            before = tag.name
            try:
                tags.rename(tag, form.cleaned_data["name"])
            except UserError as error:
                form.add_error("name", str(error))
            else:
                audit.record(request, "tag.renamed", target=tag, detail={"before": before})
                toasts.ok(request, _("Saved."))
                return responses.go(request, reverse(LIST))
    context = {"form": form, "tag": tag}
    return render(request, "contacts/staff/tag_edit.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def tag_merge(request: StaffRequest, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=pk)
    form = MergeForm(request.POST or None, tag=tag)
    if request.method == "POST" and form.is_valid():
        into, before = form.cleaned_data["into"], tag.name
        moved = tags.merge(tag, into=into)
        audit.record(request, "tag.merged", target=into, detail={"merged": before, "moved": moved})
        text = ngettext(
            "“%(tag)s” is “%(into)s” now; %(count)s contact got it anew.",
            "“%(tag)s” is “%(into)s” now; %(count)s contacts got it anew.",
            moved,
        )
        toasts.ok(request, text % {"tag": before, "into": into.name, "count": grouped(moved)})
        return responses.go(request, reverse(LIST))
    context = {"form": form, "tag": tag, "count": _bearing(tag)}
    return render(request, "contacts/staff/tag_merge.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.WRITE_PEOPLE)
def tag_delete(request: StaffRequest, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=pk)
    if request.method == "POST":
        audit.record(request, "tag.deleted", label=tag.name, detail={"count": _bearing(tag)})
        name = tag.name
        tags.delete(tag)
        toasts.ok(request, _("Tag “%(name)s” deleted. The contacts stay.") % {"name": name})
        return responses.go(request, reverse(LIST))
    return render(request, "contacts/staff/tag_delete.html", {"tag": tag, "count": _bearing(tag)})


def _bearing(tag: Tag) -> int:
    return ContactTag.objects.filter(tag=tag).count()

"""What staff change about a contact: fields, address, tags; adding and deleting people."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contacts.models import Contact
from contacts.services import editing, erasure, people
from contacts.views.staff.person_forms import FieldsForm, PersonForm, TagForm
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.WRITE_PEOPLE)
def new(request: StaffRequest) -> HttpResponse:
    """One person, typed in. No consent comes with it."""
    form = PersonForm(request.POST or None, contact=None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (contact := _created(form)):
            audit.record(request, "contact.created", target=contact, label=f"#{contact.pk}")
            toasts.ok(request, _("The contact is there. It is on no list yet."))
            return responses.go(request, reverse("contacts:contact_page", args=[contact.pk]))
    return render(request, "contacts/staff/person_new.html", {"form": form}, status=responses.status_of(form))


@doors.staff(Permission.WRITE_PEOPLE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole contact. Who may not see the address may not change it either."""
    contact = get_object_or_404(Contact, pk=pk)
    form = PersonForm(request.POST or None, contact=contact)
    if not request.user.may(Permission.SEE_ADDRESSES):
        del form.fields["email"]
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _changed(request, contact, form):
            return responses.go(request, reverse("contacts:contact_page", args=[pk]))
    context = {"form": form, "contact": contact}
    return render(request, "contacts/staff/person_edit.html", context, status=responses.status_of(form))


@doors.staff(Permission.WRITE_PEOPLE)
def field(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """One field of the contact."""
    contact = get_object_or_404(Contact, pk=pk)
    form = FieldsForm(request.POST or None, contact=contact, only=name)
    if not form.fields:
        raise Http404
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            people.update(contact, values=form.values, custom=form.custom)
            label = str(next(iter(form)).label)
            audit.record(request, "contact.changed", target=contact, label=f"#{pk}", detail={"field": label})
            return responses.go(request, reverse("contacts:contact_page", args=[pk]))
    context = {"form": form, "contact": contact, "bound": next(iter(form))}
    return render(request, "contacts/staff/person_field.html", context, status=responses.status_of(form))


@require_POST
@doors.staff(Permission.WRITE_PEOPLE)
def tag_add(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    form = TagForm(request.POST)
    if form.is_valid():
        people.add_tags(contact, [form.cleaned_data["tag"]])
        _record_tag(request, contact, "contact.tag_added", form.cleaned_data["tag"])
    else:
        toasts.bad(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return _tags(request, contact)


@require_POST
@doors.staff(Permission.WRITE_PEOPLE)
def tag_remove(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    name = request.POST.get("tag", "").replace("\x00", "")[:240]
    people.remove_tag(contact, name)
    _record_tag(request, contact, "contact.tag_removed", name)
    return _tags(request, contact)


@doors.staff(Permission.WRITE_PEOPLE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Says what goes with the contact, and lets it go."""
    contact = get_object_or_404(Contact, pk=pk)
    if request.method == "POST":
        audit.record(request, "contact.deleted", target=contact, label=f"#{pk}")
        editing.delete(contact)
        toasts.ok(request, _("The contact is deleted. Its suppressions and its proof of consent are kept."))
        return responses.go(request, "/contacts/")
    context = {"contact": contact, "goes": editing.goes_with(contact)}
    return render(request, "contacts/staff/person_delete.html", context)


@doors.staff(Permission.ADMINISTER)
def erase(request: StaffRequest, pk: int) -> HttpResponse:
    """The person asked to be forgotten: nothing names them afterwards."""
    contact = get_object_or_404(Contact, pk=pk)
    if request.method == "POST":
        try:
            erasure.erase(contact.pk, actor=request.user.get_username(), request=request)
        except UserError as error:
            toasts.bad(request, str(error))
            return responses.go(request, reverse("contacts:contact_page", args=[pk]))
        toasts.ok(request, _("The person is erased. An import cannot bring them back."))
        return responses.go(request, "/contacts/")
    return render(request, "contacts/staff/person_erase.html", {"contact": contact})


def _created(form: PersonForm) -> Contact | None:
    try:
        return people.create(form.cleaned_data["email"], values=form.values, custom=form.custom)
    except UserError as error:
        form.add_error("email", str(error))
        return None


def _changed(request: StaffRequest, contact: Contact, form: PersonForm) -> bool:
    email = form.cleaned_data.get("email", contact.email)
    try:
        changed, followed = editing.change(contact, email=email, values=form.values, custom=form.custom)
    except UserError as error:
        form.add_error("email" if "email" in form.fields else None, str(error))
        return False
    names = ", ".join(str(form[name].label) for name in form.changed_data)
    audit.record(
        request, "contact.changed", target=changed, label=f"#{changed.pk}", detail={"fields": names[:300]}
    )
    if followed:
        text = ngettext(
            "Saved. %(count)d suppression came along to the new address.",
            "Saved. %(count)d suppressions came along to the new address.",
            followed,
        )
        toasts.warn(request, text % {"count": followed})
    else:
        toasts.ok(request, _("Saved."))
    return True


def _record_tag(request: StaffRequest, contact: Contact, act: str, name: str) -> None:
    audit.record(request, act, target=contact, label=f"#{contact.pk}", detail={"tag": name})


def _tags(request: StaffRequest, contact: Contact) -> HttpResponse:
    if request.htmx and request.htmx.target == "person_tags":
        context: dict[str, Any] = {"contact": contact, "tags": contact.tags.order_by("key")}
        return render(request, "contacts/staff/_person_tags.html", context)
    return responses.go(request, reverse("contacts:contact_page", args=[contact.pk]))

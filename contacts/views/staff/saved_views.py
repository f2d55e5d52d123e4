"""Saved views: keep the present filter, rename, share, delete."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import SavedView
from contacts.services import saved_views
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


class ViewForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput({"autofocus": True})
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Shared"),
        help_text=gettext_lazy("Everybody on the staff sees it. Else only you."),
        required=False,
    )


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def view_new(request: StaffRequest) -> HttpResponse:
    """Who may look may keep what they look at; nothing of the contacts is changed."""
    query = request.POST.get("filter", request.GET.get("filter", ""))
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = saved_views.keep(
                form.cleaned_data["name"], query=query, shared=form.cleaned_data["shared"], owner=request.user
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            audit.record(request, "view.saved", target=view)
            toasts.ok(request, _("View “%(name)s” saved.") % {"name": view.name})
            return responses.go(request, f"{reverse('contacts:contact_list')}?{view.query}")
    context = {"form": form, "filter": query}
    return render(request, "contacts/staff/view_new.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def view_edit(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    form = ViewForm(request.POST or None, initial={"name": view.name, "shared": view.shared})
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.rename(view, **form.cleaned_data)
        except UserError as error:
            form.add_error("name", str(error))
        else:
            audit.record(request, "view.renamed", target=view)
            toasts.ok(request, _("Saved."))
            return responses.go(request, f"{reverse('contacts:contact_list')}?{view.query}")
    context = {"form": form, "view": view}
    return render(request, "contacts/staff/view_edit.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def view_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own; a shared one of somebody else goes by who administers."""
    mine = {} if request.user.may(Permission.ADMINISTER) else {"owner": request.user}
    view = get_object_or_404(SavedView, pk=pk, **mine)
    back = f"{reverse('contacts:contact_list')}?{view.query}"
    if request.method == "POST":
        audit.record(request, "view.deleted", target=view)
        saved_views.delete(view)
        toasts.ok(request, _("View “%(name)s” deleted. The contacts stay.") % {"name": view.name})
        return responses.go(request, back)
    return render(request, "contacts/staff/view_delete.html", {"view": view, "back": back})

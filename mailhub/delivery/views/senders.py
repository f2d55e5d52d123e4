"""The senders: who letters may be from."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.forms import SenderForm
from mailhub.delivery.models import Brand, Sender
from mailhub.delivery.selectors import senders as reading
from mailhub.delivery.services import brands, senders
from mailhub.lib.errors import UserError
from mailhub.web import inline, refusals, responses, toasts


@doors.staff(Permission.LOOK)
def sender_list(request: StaffRequest) -> HttpResponse:
    context = {"standings": reading.standings(), "brand_count": Brand.objects.count()}
    return render(request, "delivery/sender_list.html", context)


@doors.staff(Permission.ADMINISTER)
def sender_new(request: StaffRequest) -> HttpResponse:
    form = SenderForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (sender := _added(form)):
            audit.record(request, "sender.added", target=sender)
            return responses.go(request, reverse("delivery:sender_list"))
    return _form_page(request, form)


@doors.staff(Permission.ADMINISTER)
def sender_edit(request: StaffRequest, pk: int) -> HttpResponse:
    sender = get_object_or_404(Sender.objects.select_related("brand"), pk=pk)
    form = SenderForm(request.POST or None, sender=sender)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _changed(form, sender):
            audit.record(request, "sender.changed", target=sender)
            toasts.ok(request, _("Saved."))
            return responses.go(request, reverse("delivery:sender_list"))
    return _form_page(request, form, sender)


@doors.staff(Permission.ADMINISTER)
@require_POST
def sender_default(request: StaffRequest, pk: int) -> HttpResponse:
    """Letters of its brand are from this one unless told otherwise."""
    sender = get_object_or_404(Sender.objects.select_related("brand"), pk=pk)
    senders.make_default(sender)
    audit.record(request, "sender.made_default", target=sender)
    toasts.ok(
        request, _("Letters of {brand} are from {sender} now.").format(brand=sender.brand, sender=sender)
    )
    return redirect("delivery:sender_list")


@doors.staff(Permission.ADMINISTER)
def sender_delete(request: StaffRequest, pk: int) -> HttpResponse:
    sender = get_object_or_404(Sender.objects.select_related("brand"), pk=pk)
    if request.method == "POST":
        label = str(sender)
        try:
            senders.remove(sender)
        except UserError as refusal:
            toasts.bad(request, str(refusal))
        else:
            audit.record(request, "sender.removed", label=label)
            toasts.ok(request, _("The sender is removed."))
        return responses.go(request, reverse("delivery:sender_list"))
    return render(request, "delivery/sender_delete.html", {"sender": sender})


def _added(form: SenderForm) -> Sender | None:
    data = form.cleaned_data
    try:
        return senders.add(
            data.get("brand") or brands.default(),
            name=data["name"],
            address=data["address"],
            reply_to=data["reply_to"],
            default=data["default"],
        )
    except UserError as refusal:
        refusals.place(form, refusal)
        return None


def _changed(form: SenderForm, sender: Sender) -> bool:
    data = form.cleaned_data
    try:
        senders.change(sender, name=data["name"], address=data["address"], reply_to=data["reply_to"])
    except UserError as refusal:
        refusals.place(form, refusal)
        return False
    return True


def _form_page(request: StaffRequest, form: SenderForm, sender: Sender | None = None) -> HttpResponse:
    context = {"form": form, "sender": sender}
    return render(request, "delivery/sender_form.html", context, status=422 if form.errors else 200)

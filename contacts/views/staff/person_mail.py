"""What staff do about a person's mail: put them on a list, take them off, suppress."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import Contact, List, Subscription
from contacts.services import editing
from contacts.views.staff.person_forms import SubscribeForm, SuppressForm, UnsubscribeForm
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.services import suppression
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.WRITE_PEOPLE)
def subscribe(request: StaffRequest, pk: int) -> HttpResponse:
    """Staff state how the person agreed; without that nobody is put on a list."""
    contact = get_object_or_404(Contact, pk=pk)
    on = Subscription.objects.filter(contact=contact, state="subscribed", basis_expires_at=None)
    lists = List.objects.exclude(pk__in=on.values("list_id")).values_list("pk", flat=True)
    form = SubscribeForm(request.POST or None, lists=lists)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _subscribed(request, contact, form):
            return responses.go(request, reverse("contacts:contact_page", args=[pk]))
    context = {"form": form, "contact": contact, "has_lists": bool(lists)}
    status = 422 if form.errors else 200
    return render(request, "contacts/staff/person_subscribe.html", context, status=status)


@doors.staff(Permission.WRITE_PEOPLE)
def unsubscribe(request: StaffRequest, pk: int, list_id: int) -> HttpResponse:
    contact, list_ = get_object_or_404(Contact, pk=pk), get_object_or_404(List, pk=list_id)
    form = UnsubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = request.user.get_username()
        editing.unsubscribe(contact, list_, source=form.cleaned_data["source"], actor=actor)
        detail = {"list": list_.name}
        audit.record(request, "contact.unsubscribed", target=contact, label=f"#{pk}", detail=detail)
        toasts.ok(request, _("Unsubscribed. Only the person can come back to this list."))
        return responses.go(request, reverse("contacts:contact_page", args=[pk]))
    context = {"form": form, "contact": contact, "list": list_}
    status = 422 if form.errors else 200
    return render(request, "contacts/staff/person_unsubscribe.html", context, status=status)


@doors.staff(Permission.WRITE_PEOPLE)
def suppress(request: StaffRequest, pk: int) -> HttpResponse:
    """No marketing of any list or brand reaches the address any more."""
    contact = get_object_or_404(Contact, pk=pk)
    form = SuppressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, note = form.cleaned_data["reason"], form.cleaned_data["note"]
        source = f"staff: {request.user.get_username()}"[:120]
        suppression.suppress(contact.address_hash, reason=reason, source=source, note=note)
        detail = {"reason": reason}
        audit.record(request, "contact.suppressed", target=contact, label=f"#{pk}", detail=detail)
        toasts.ok(request, _("Suppressed: no marketing letter goes there any more."))
        return responses.go(request, reverse("contacts:contact_page", args=[pk]))
    context = {"form": form, "contact": contact}
    status = 422 if form.errors else 200
    return render(request, "contacts/staff/person_suppress.html", context, status=status)


def _subscribed(request: StaffRequest, contact: Contact, form: SubscribeForm) -> bool:
    stated = form.cleaned_data
    try:
        editing.subscribe(
            contact,
            stated["list"],
            source=stated["source"],
            wording=stated["wording"],
            actor=request.user.get_username(),
            basis=stated["basis"],
            basis_expires_at=stated["ends_at"],
        )
    except UserError as error:
        form.add_error("list", str(error))
        return False
    detail = {"list": stated["list"].name, "basis": stated["basis"]}
    audit.record(request, "contact.subscribed", target=contact, label=f"#{contact.pk}", detail=detail)
    toasts.ok(request, _("Subscribed, with what you stated as the proof."))
    return True

"""The staff screen: who may sign in, and what each may do."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.forms import NewPasswordForm, StaffForm
from mailhub.accounts.models import User
from mailhub.accounts.permissions import OF_ROLE, Permission
from mailhub.accounts.services import audit, second_factor, staff
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.ADMINISTER)
def staff_list(request: StaffRequest) -> HttpResponse:
    people = User.objects.order_by("-is_active", "username").prefetch_related("totpdevice_set")
    return render(request, "accounts/staff_list.html", {"people": people, "matrix": _matrix()})


@doors.staff(Permission.ADMINISTER)
def staff_new(request: StaffRequest) -> HttpResponse:
    form, password = StaffForm(request.POST or None), NewPasswordForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and password.is_valid():
            chosen = password.cleaned_data["password"]
            user = staff.keep(form.save(commit=False), role=form.cleaned_data["role"], password=chosen)
            audit.record(request, "staff.added", target=user, detail={"role": user.role})
            if not chosen:
                _invite(request, user)
            return responses.go(request, reverse("accounts:staff_page", args=[user.pk]))
    context = {"form": form, "password": password}
    return render(request, "accounts/staff_new.html", context, status=responses.status_of(form, password))


@doors.staff(Permission.ADMINISTER)
def staff_page(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = StaffForm(request.POST or None, instance=user)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _kept(request, form):
            return redirect("accounts:staff_page", pk)
    context = {"person": user, "form": form, "second_factor_is_on": second_factor.is_on(user)}
    if user.is_active and not user.has_usable_password():
        context["invitation"] = settings.PUBLIC_URL + staff.invitation(user)
    return render(request, "accounts/staff_page.html", context, status=responses.status_of(form))


@doors.staff(Permission.ADMINISTER)
def staff_active(request: StaffRequest, pk: int) -> HttpResponse:
    """Let somebody out for good, or in again."""
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        try:
            staff.set_active(user, active=not user.is_active)
        except UserError as refusal:
            toasts.bad(request, str(refusal))
        else:
            audit.record(request, "staff.let_in" if user.is_active else "staff.shut_out", target=user)
            toasts.ok(request, _("Saved."))
        return responses.go(request, reverse("accounts:staff_page", args=[pk]))
    return render(request, "accounts/staff_active.html", {"person": user})


@doors.staff(Permission.ADMINISTER)
def staff_second_factor(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the one-time codes off somebody who lost phone and recovery codes."""
    user = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        second_factor.turn_off(user)
        audit.record(request, "staff.second_factor_off", target=user)
        toasts.ok(request, _("One-time codes are off for this account."))
        return responses.go(request, reverse("accounts:staff_page", args=[pk]))
    return render(request, "accounts/staff_second_factor.html", {"person": user})


def _kept(request: StaffRequest, form: StaffForm) -> bool:
    before = User.objects.get(pk=form.instance.pk).effective_role
    try:
        user = staff.keep(form.save(commit=False), role=form.cleaned_data["role"])
    except UserError as refusal:
        form.add_error("role", str(refusal))
        return False
    detail = {"changed": form.changed_data, "role": user.role, "role_before": before}
    audit.record(request, "staff.changed", target=user, detail=detail)
    toasts.ok(request, _("Saved."))
    return True


def _invite(request: StaffRequest, user: User) -> None:
    link = settings.PUBLIC_URL + staff.invitation(user)
    text = render_to_string(
        "accounts/mail/invitation.txt", {"person": user, "link": link, "by": request.user}
    )
    try:
        send_mail(_("Your account at MailHub"), text, None, [user.email])
    except UserError as refusal:
        toasts.warn(request, _("The invitation was not mailed: %(why)s") % {"why": refusal})
        return
    toasts.ok(request, _("The invitation is on its way; its link is shown below as well."))


def _matrix() -> list[tuple[str, list[bool]]]:
    """Each permission in words, with whether each role has it."""
    words = {
        Permission.LOOK: _("see everything"),
        Permission.SEE_ADDRESSES: _("see addresses in full (given to each person)"),
        Permission.EXPORT: _("take lists home as files (given to each person)"),
        Permission.WRITE_CONTENT: _("write letters and add images"),
        Permission.WRITE_PEOPLE: _("add, import and change contacts, lists, tags"),
        Permission.WRITE_CAMPAIGNS: _("prepare campaigns"),
        Permission.SEND: _("send, schedule, pause and stop campaigns"),
        Permission.ADMINISTER: _("change brand, domains, routes, staff and API keys"),
    }
    return [(text, [right in rights for rights in OF_ROLE.values()]) for right, text in words.items()]

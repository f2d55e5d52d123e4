"""One's own account: name, zone, language, theme, password, second factor."""

from __future__ import annotations

from django.contrib import auth
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.forms import CodeForm, ProfileForm
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit, guarding, second_factor
from mailhub.web import context, inline, responses, toasts


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def account(request: StaffRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            form.save()
            audit.record(request, "account.changed", target=request.user)
            toasts.ok(request, _("Saved."))
            return redirect("accounts:account")
    shown = {"form": form, "second_factor_is_on": second_factor.is_on(request.user)}
    return render(request, "accounts/account.html", shown, status=422 if form.errors else 200)


@sensitive_post_parameters()
@doors.staff(Permission.LOOK, post=Permission.LOOK)
def password(request: StaffRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        # Other browsers of this person are signed out by the change; this one stays.
        auth.update_session_auth_hash(request, request.user)
        audit.record(request, "account.password_changed", target=request.user)
        toasts.ok(request, _("Your password is changed; other browsers are signed out."))
        return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def second_factor_on(request: StaffRequest) -> HttpResponse:
    """Set up one-time codes; the recovery codes are shown in the answer and never again."""
    user = request.user
    if second_factor.is_on(user):
        return redirect("accounts:account")
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = _("Six digits from your authenticator app.")
    if request.method == "POST" and form.is_valid():
        codes = _confirmed(request, form)
        if codes is not None:
            audit.record(request, "account.second_factor_on", target=user)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    device = second_factor.begin(user)
    shown = {"form": form, "picture": second_factor.picture(device), "secret": second_factor.secret(device)}
    return render(request, "accounts/second_factor.html", shown, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def second_factor_off(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        second_factor.turn_off(request.user)
        audit.record(request, "account.second_factor_off", target=request.user)
        toasts.warn(request, _("One-time codes are off: the password alone lets in."))
        return responses.go(request, "/account/")
    return render(request, "accounts/second_factor_off.html")


@require_POST
@doors.staff(Permission.LOOK, post=Permission.LOOK)
def table_columns(request: StaffRequest, name: str) -> HttpResponse:
    """Which columns this person wants to see in the table called `name`."""
    columns = dict(request.user.preferences.get("columns", {}))
    columns[name[:60]] = [key[:100] for key in request.POST.getlist("columns")][:60]
    request.user.preferences = {**request.user.preferences, "columns": columns}
    request.user.save(update_fields=["preferences"])
    response = redirect(responses.next_of(request, default="/"))
    response.changed_nothing = True  # type: ignore[attr-defined]
    return response


@require_POST
@doors.staff(Permission.LOOK, post=Permission.LOOK)
def navigation_width(request: StaffRequest) -> HttpResponse:
    """Whether this person has the navigation as icons only (`narrow` is 1) or with its words."""
    narrow = request.POST.get("narrow") == "1"
    request.user.preferences = {**request.user.preferences, context.NARROW: narrow}
    request.user.save(update_fields=["preferences"])
    response = redirect(responses.next_of(request, default="/"))
    response.changed_nothing = True  # type: ignore[attr-defined]
    return response


def _confirmed(request: StaffRequest, form: CodeForm) -> list[str] | None:
    try:
        guarding.attempt("set-up", str(request.user.pk), str(request.META.get("REMOTE_ADDR", "")))
    except guarding.TooManyTries as refusal:
        form.add_error("code", str(refusal))
        return None
    codes = second_factor.confirm(request.user, form.cleaned_data["code"])
    if codes is None:
        form.add_error("code", _("This code is not right. Is the clock of your phone right?"))
    return codes

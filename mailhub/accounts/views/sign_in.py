"""Signing in: password, then the one-time code where that is on; and signing out."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from mailhub.accounts.forms import CodeForm, SignInForm
from mailhub.accounts.models import User
from mailhub.accounts.services import audit, guarding, second_factor
from mailhub.lib import clock, doorbell, queues
from mailhub.web import responses

# Who gave the right password and still owes the code; it is owed for ten minutes.
OWED = "code_owed"
OWED_SECONDS = 600


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = responses.next_of(request, default="/")
    if isinstance(request.user, User) and request.method != "POST":
        return redirect(onward)
    form = SignInForm(request, request.POST or None)
    problem, status, wait = "", 200, 0
    if request.method == "POST":
        try:
            guarding.attempt("password", request.POST.get("username", ""), _ip(request))
        except guarding.TooManyTries as refusal:
            problem, status, wait = str(refusal), 429, refusal.retry_after_seconds
        else:
            if form.is_valid():
                return _known(request, form.get_user(), onward)
            status = 422
    context = {"form": form, "next": onward, "problem": problem}
    response = render(request, "accounts/sign_in.html", context, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step."""
    owed: dict[str, Any] = request.session.get(OWED) or {}
    user = User.objects.filter(pk=owed.get("user", 0), is_active=True).first()
    if user is None or clock.now().timestamp() > owed.get("until", 0):
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            guarding.attempt("code", str(user.pk), _ip(request))
        except guarding.TooManyTries as refusal:
            form.add_error("code", str(refusal))
        else:
            if device := second_factor.matching(user, form.cleaned_data["code"]):
                guarding.succeeded("code", str(user.pk), _ip(request))
                onward = str(owed["next"])
                _enter(request, user, backend=str(owed["backend"]))
                otp_login(request, device)
                return redirect(onward)
            form.add_error("code", _("This code is not right, or was used already."))
    return render(request, "accounts/code.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    # Before it is done: afterwards nobody knows whose session it was.
    if isinstance(request.user, User):
        audit.record(request, "user.signed_out", target=request.user)
    auth.logout(request)
    return redirect("accounts:sign_in")


class AskForReset(auth_views.PasswordResetView):
    """Answers the same, as fast, for every address: whether it has an account is looked up by a worker."""

    template_name = "accounts/reset_ask.html"
    success_url = reverse_lazy("accounts:reset_sent")

    def form_valid(self, form: Any) -> HttpResponse:
        address = form.cleaned_data["email"]
        if guarding.may_mail(address, _ip(self.request)):
            doorbell.ring("accounts.mail_reset", address, queue=queues.EXPRESS)
        return redirect(str(self.success_url))


class ResetSent(auth_views.PasswordResetDoneView):
    template_name = "accounts/reset_sent.html"


class ChooseAfterReset(auth_views.PasswordResetConfirmView):
    template_name = "accounts/reset_choose.html"
    success_url = reverse_lazy("accounts:sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        # Nobody is signed in yet: the link says whose password it is.
        audit.record(self.request, "account.password_reset", target=form.user, actor=form.user.get_username())
        return response


def _known(request: HttpRequest, user: Any, onward: str) -> HttpResponse:
    guarding.succeeded("password", request.POST.get("username", ""), _ip(request))
    if not second_factor.is_on(user):
        _enter(request, user)
        return redirect(onward)
    request.session[OWED] = {
        "user": user.pk,
        "next": onward,
        "backend": user.backend,
        "until": clock.now().timestamp() + OWED_SECONDS,
    }
    return redirect("accounts:code")


def _ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _enter(request: HttpRequest, user: User, *, backend: str | None = None) -> None:
    request.session.pop(OWED, None)
    auth.login(request, user, backend=backend)
    audit.record(request, "user.signed_in", target=user)

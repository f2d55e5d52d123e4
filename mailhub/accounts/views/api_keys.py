"""The screen of API keys: which systems may use the API, and what each may do."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.api_key_form import ApiKeyForm
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.models import ApiKey
from mailhub.accounts.permissions import Permission
from mailhub.accounts.scopes import Scope
from mailhub.accounts.services import api_keys, audit
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.ADMINISTER)
def api_key_list(request: StaffRequest) -> HttpResponse:
    keys = ApiKey.objects.select_related("created_by")
    ordered = keys.order_by(F("revoked_at").desc(nulls_first=True), "-id")
    return render(request, "accounts/api_key_list.html", {"keys": ordered, "every_scope": len(Scope)})


@doors.staff(Permission.ADMINISTER)
def api_key_new(request: StaffRequest) -> HttpResponse:
    """The answer to the POST shows the key: it is nowhere else, so there is no page to go on to."""
    form = ApiKeyForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (made := _made(request, form)):
            base = request.build_absolute_uri("/api/v1")
            return render(request, "accounts/api_key_made.html", {"made": made, "base": base})
    status = 422 if form.errors else 200
    return render(request, "accounts/api_key_new.html", {"form": form}, status=status)


@doors.staff(Permission.ADMINISTER)
def api_key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    if request.method == "POST":
        if api_keys.revoke(key):
            audit.record(request, "api_key.revoked", target=key)
            toasts.ok(request, _("“%(name)s” works no more.") % {"name": key.name})
        return responses.go(request, reverse("accounts:api_key_list"))
    return render(request, "accounts/api_key_revoke.html", {"key": key})


def _made(request: StaffRequest, form: ApiKeyForm) -> api_keys.NewKey | None:
    """None when something was refused; the form says what."""
    try:
        made = api_keys.create(
            form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(),
            requests_per_minute=form.cleaned_data["requests_per_minute"],
            created_by=request.user,
        )
    except UserError as refusal:
        form.add_error(None, str(refusal))
        return None
    audit.record(request, "api_key.created", target=made.key, detail={"scopes": made.key.scopes})
    return made

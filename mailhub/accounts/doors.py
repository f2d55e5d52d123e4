"""The door of every staff page: who may come in, and who may act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from mailhub.accounts.models import User
from mailhub.accounts.permissions import Permission

SAFE = frozenset({"GET", "HEAD"})
# Rights to see something; who acts needs more, or the view says that looking is enough.
READING = frozenset({Permission.LOOK, Permission.SEE_ADDRESSES})


class StaffRequest(HttpRequest):
    """A request that came through a staff door: somebody is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def staff(permission: Permission, *, post: Permission | None = None) -> Callable[[View], View]:
    """Let in who is signed in and has `permission`; for a write, who has `post`.

    `post` is the same permission by default, but for rights to read: there a write is refused with 405
    unless `post` is given. Others are sent to sign in, or told by a 403 page what they lack. The view
    carries both as `needs`, which docs/access.md and its test read.
    """
    acting = post or (None if permission in READING else permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User) or not user.is_active:
                return _sign_in_first(request)
            needed = permission if request.method in SAFE else acting
            if needed is None:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if not (user.may(permission) and user.may(needed)):
                return refuse(request, needed)
            return view(request, *args, **kwargs)

        guarded.needs = (permission, acting)  # type: ignore[attr-defined]
        return cast(View, never_cache(guarded))

    return decorate


def refuse(request: HttpRequest, needed: Permission) -> HttpResponse:
    """The page that says which right is missing and who can give it."""
    return render(request, "accounts/refused.html", {"needed": needed.value}, status=403)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # A fragment cannot show the sign-in page: the whole window goes there, and comes back here.
        return HttpResponseClientRedirect(f"{resolve_url('accounts:sign_in')}?next={_page_of(request)}")
    return redirect_to_login(request.get_full_path(), resolve_url("accounts:sign_in"))


def _page_of(request: HttpRequest) -> str:
    htmx = cast(StaffRequest, request).htmx
    return quote(htmx.current_url_abs_path or "/")

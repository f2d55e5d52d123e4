"""The limits: what may leave how fast, what is used of it, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.limit_forms import DestinationLimitForm, RouteLimitForm, WarmUpForm
from mailhub.delivery.limits import backoff, breaker
from mailhub.delivery.limits.counters import Unreachable
from mailhub.delivery.models import DestinationLimit, RouteLimit, SendingDomain, WarmUp
from mailhub.delivery.selectors import limits as shown
from mailhub.delivery.services import limits
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import inline, refusals, responses, toasts

AnyForm = RouteLimitForm | DestinationLimitForm | WarmUpForm
AnyLimit = RouteLimit | DestinationLimit | WarmUp


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of limit: its table, its form, and what its pages are called."""

    name: str
    model: type[Model]
    form: Callable[..., AnyForm]
    title: Promise
    lede: Promise


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "route",
            RouteLimit,
            RouteLimitForm,
            gettext_lazy("Limit a route"),
            gettext_lazy(
                "No more letters leave by it than this in any second, minute or hour, and on any day."
            ),
        ),
        Kind(
            "domain",
            DestinationLimit,
            DestinationLimitForm,
            gettext_lazy("Limit a receiving domain"),
            gettext_lazy(
                "No more letters go to it than this. Letters for other domains are not kept waiting."
            ),
        ),
        Kind(
            "warm-up",
            WarmUp,
            WarmUpForm,
            gettext_lazy("Warm up a sending domain"),
            gettext_lazy(
                "Mailbox providers trust a new sender little by little. After 30 days without a letter it begins anew."
            ),
        ),
    )
}


@doors.staff(Permission.LOOK)
def limit_list(request: StaffRequest) -> HttpResponse:
    context = shown.page(now=clock.now()) | {"has_domains": SendingDomain.objects.exists()}
    template = "delivery/_limits.html" if _renews(request) else "delivery/limit_list.html"
    return render(request, template, context)


@doors.staff(Permission.ADMINISTER)
def limit_new(request: StaffRequest, kind: str) -> HttpResponse:
    return _edited(request, _kind(kind), None)


@doors.staff(Permission.ADMINISTER)
def limit_edit(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    found = _kind(kind)
    return _edited(request, found, get_object_or_404(found.model, pk=pk))


@doors.staff(Permission.ADMINISTER)
def limit_delete(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    found = _kind(kind)
    limit: Any = get_object_or_404(found.model, pk=pk)
    if request.method == "POST":
        label = str(limit)
        limits.remove(limit)
        audit.record(request, "limit.removed", label=label)
        toasts.ok(request, _("The limit is removed."))
        return responses.go(request, reverse("delivery:limit_list"))
    return render(
        request, "delivery/limit_delete.html", {"kind": found, "limit": limit, "name": _name(limit)}
    )


@doors.staff(Permission.ADMINISTER)
@require_POST
def route_go_on(request: StaffRequest) -> HttpResponse:
    """Let a route that the circuit breaker stopped go on."""
    name = request.POST.get("route", "")
    if breaker.clear_route(name, now=clock.now()):
        audit.record(request, "route.goes_on", label=shown.stopped_name(name))
        toasts.ok(request, _("Letters leave by {name} again.").format(name=shown.stopped_name(name)))
    return responses.go(request, reverse("delivery:limit_list"))


@doors.staff(Permission.ADMINISTER)
@require_POST
def domain_try_again(request: StaffRequest) -> HttpResponse:
    """End the wait for a receiving domain that asked us to slow down."""
    route_name, domain = request.POST.get("route", ""), request.POST.get("domain", "")
    try:
        backoff.forget(route_name, domain)
    except Unreachable:
        toasts.bad(request, _("Valkey does not answer. Try again in a moment."))
    else:
        audit.record(request, "domain.tried_again", label=domain)
        toasts.ok(request, _("{domain} is tried again.").format(domain=domain))
    return responses.go(request, reverse("delivery:limit_list"))


def _renews(request: StaffRequest) -> bool:
    return bool(request.htmx) and request.htmx.target == "limits"


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _name(limit: AnyLimit) -> str:
    if isinstance(limit, RouteLimit):
        return shown.route_name(limit.route)
    if isinstance(limit, WarmUp):
        return limit.domain.name
    return limit.domain or _("Every other domain")


def _edited(request: StaffRequest, kind: Kind, limit: Any) -> HttpResponse:
    zone = request.user.time_zone or "UTC"
    form = kind.form(request.POST or None, limit=limit, zone=zone)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (kept := _kept(form)):
            act = "limit.changed" if limit else "limit.set"
            audit.record(request, act, target=kept, detail={"kind": kind.name})
            toasts.ok(request, _("The limit is set. It counts within seconds."))
            return responses.go(request, reverse("delivery:limit_list"))
    context = {"form": form, "kind": kind, "limit": limit, "name": _name(limit) if limit else ""}
    return render(request, "delivery/limit_form.html", context, status=422 if form.errors else 200)


def _kept(form: AnyForm) -> AnyLimit | None:
    try:
        if isinstance(form, WarmUpForm):
            return limits.warm_up(form.draft(), now=clock.now())
        return form.save()
    except UserError as refusal:
        refusals.place(form, refusal)
        return None

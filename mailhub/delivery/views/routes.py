"""The routes: which way letters leave, and trying it out."""

from __future__ import annotations

import contextlib

import redis
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.forms import RouteForm
from mailhub.delivery.models import StoredRoute
from mailhub.delivery.selectors import rules, ways
from mailhub.delivery.services import conversations, resting, routes, rulebook, trial_letter
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import inline, refusals, responses, toasts


@doors.staff(Permission.ADMINISTER)
def route_list(request: StaffRequest) -> HttpResponse:
    context = {
        "ways": ways.ways(),
        "routes": StoredRoute.objects.order_by("name"),
        "server": settings.MAILHUB_SMTP,
        "rules": rules.shown(),
        "resting": rules.resting_routes(now=clock.now()),
        "in_rules": rulebook.read().route_ids,
    }
    return render(
        request, "delivery/route_list.html", {**context, "environment": ways.environment_sentence()}
    )


@doors.staff(Permission.ADMINISTER)
def route_new(request: StaffRequest) -> HttpResponse:
    return _edited(request, None)


@doors.staff(Permission.ADMINISTER)
def route_edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(StoredRoute, pk=pk))


@doors.staff(Permission.ADMINISTER)
def route_test(request: StaffRequest, pk: int) -> HttpResponse:
    """Connect, encrypt, log in, and hand a letter to the signed-in person over when they want it."""
    route = get_object_or_404(StoredRoute, pk=pk)
    context = {"route": route, "recipient": request.user.email}
    if request.method == "POST":
        asked = bool(request.POST.get("letter")) or route.is_account
        wanted = bool(asked and request.user.email and route.leads_out)
        try:
            letter = trial_letter.make(to=request.user.email) if wanted else None
            talk = conversations.try_out(route, letter=letter)
        except UserError as refusal:
            talk = conversations.Talk(problem=str(refusal))
        if not talk.problem:
            # It works: letters need not pass it over any longer.
            with contextlib.suppress(redis.RedisError):
                resting.end(route.name)
        detail = {"ok": not talk.problem, "letter": wanted}
        audit.record(request, "route.tested", target=route, detail=detail)
        context |= {"talk": talk, "wanted": wanted}
    return render(request, "delivery/route_test.html", context)


@doors.staff(Permission.ADMINISTER)
def route_delete(request: StaffRequest, pk: int) -> HttpResponse:
    route = get_object_or_404(StoredRoute, pk=pk)
    if request.method == "POST":
        name = route.name
        try:
            routes.remove(route)
        except UserError as refusal:
            toasts.bad(request, str(refusal))
        else:
            audit.record(request, "route.removed", label=name)
            toasts.ok(request, _("The route {name} is removed.").format(name=name))
        return responses.go(request, reverse("delivery:route_list"))
    context = {"route": route, "next": ways.after_removing(route)}
    return render(request, "delivery/route_delete.html", context)


def _edited(request: StaffRequest, route: StoredRoute | None) -> HttpResponse:
    if request.method == "POST" and "reshape" in request.POST:
        return _reshaped(request, route)
    form = RouteForm(request.POST or None, route=route)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (kept := _kept(form, route)):
            act = "route.changed" if route else "route.added"
            audit.record(request, act, target=kept, detail={"use": kept.use, "to": kept.destination})
            toasts.ok(request, _("The route is saved. Try it out."))
            return responses.go(request, reverse("delivery:route_test", args=[kept.pk]))
    context = {"form": form, "route": route}
    return render(request, "delivery/route_form.html", context, status=422 if form.errors else 200)


def _reshaped(request: StaffRequest, route: StoredRoute | None) -> HttpResponse:
    """The form with the fields of what the route is to lead to; nothing is checked or kept yet."""
    form = RouteForm(request.POST, route=route)
    form.is_bound = False
    form.initial.update({name: request.POST[name] for name in form.fields if name in request.POST})
    response = render(request, "delivery/route_form.html", {"form": form, "route": route})
    response.changed_nothing = True  # type: ignore[attr-defined]
    return response


def _kept(form: RouteForm, route: StoredRoute | None) -> StoredRoute | None:
    try:
        return routes.change(route, form.draft()) if route else routes.add(form.draft())
    except UserError as refusal:
        refusals.place(form, refusal)
        return None

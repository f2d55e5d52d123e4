"""Which letters take which routes: the rules, and routes that rest."""

from __future__ import annotations

import redis
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models import RouteRule, StoredRoute
from mailhub.delivery.rule_forms import RuleForm
from mailhub.delivery.selectors import rules
from mailhub.delivery.services import route_rules, routes, routing, rulebook
from mailhub.lib.errors import UserError
from mailhub.web import inline, refusals, responses, toasts


@doors.staff(Permission.ADMINISTER)
def rule_new(request: StaffRequest) -> HttpResponse:
    return _edited(request, None)


@doors.staff(Permission.ADMINISTER)
def rule_edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(RouteRule.objects.select_related("brand"), pk=pk))


@doors.staff(Permission.ADMINISTER)
def rule_delete(request: StaffRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(RouteRule.objects.select_related("brand"), pk=pk)
    sentence = rules.sentence_of(rule)
    if request.method == "POST":
        route_rules.remove(rule)
        audit.record(request, "route_rule.removed", label=sentence)
        toasts.ok(request, _("The rule is removed."))
        return responses.go(request, reverse("delivery:route_list"))
    return render(request, "delivery/rule_delete.html", {"rule": rule, "sentence": sentence})


@doors.staff(Permission.ADMINISTER)
@require_POST
def route_try_again(request: StaffRequest, pk: int) -> HttpResponse:
    """End the rest of a route that failed: letters take it again at once."""
    route = get_object_or_404(StoredRoute, pk=pk) if pk != rulebook.ENVIRONMENT else None
    name = route.name if route else routing.default().name
    try:
        routes.try_again(name)
    except redis.RedisError:
        toasts.bad(request, _("Valkey does not answer. Try again in a moment."))
    else:
        audit.record(request, "route.tried_again", target=route, label=name)
        toasts.ok(request, _("The next letters try {name} again.").format(name=name))
    return responses.go(request, reverse("delivery:route_list"))


def _edited(request: StaffRequest, rule: RouteRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (kept := _kept(form, rule)):
            act = "route_rule.changed" if rule else "route_rule.added"
            audit.record(request, act, target=kept, label=rules.sentence_of(kept))
            toasts.ok(request, _("The rule is kept. It counts within seconds."))
            return responses.go(request, reverse("delivery:route_list"))
    context = {"form": form, "rule": rule}
    return render(request, "delivery/rule_form.html", context, status=422 if form.errors else 200)


def _kept(form: RuleForm, rule: RouteRule | None) -> RouteRule | None:
    try:
        return route_rules.change(rule, form.draft()) if rule else route_rules.add(form.draft())
    except UserError as refusal:
        refusals.place(form, refusal)
        return None

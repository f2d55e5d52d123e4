"""The sending domains: what is to be published in DNS, what is found there, and the keys."""

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
from mailhub.delivery.forms import DomainForm, SigningForm
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.selectors import domain_pages
from mailhub.delivery.services import brands, dns_checks, domains
from mailhub.lib.errors import UserError
from mailhub.web import refusals, responses, toasts


@doors.staff(Permission.LOOK)
def domain_list(request: StaffRequest) -> HttpResponse:
    found = SendingDomain.objects.select_related("brand").order_by("name")
    reports = [(domain, dns_checks.report(domain)) for domain in found]
    return render(request, "delivery/domain_list.html", {"reports": reports})


@doors.staff(Permission.ADMINISTER)
def domain_new(request: StaffRequest) -> HttpResponse:
    form = DomainForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            domain, created = domains.get_or_create(form.cleaned_data["name"], brands.default())
        except UserError as refusal:
            refusals.place(form, refusal)
        else:
            if created:
                audit.record(request, "domain.added", target=domain)
            return responses.go(request, reverse("delivery:domain_page", args=[domain.pk]))
    return render(request, "delivery/domain_new.html", {"form": form}, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK)
def domain_page(request: StaffRequest, pk: int) -> HttpResponse:
    domain = _domain(pk)
    context = {**domain_pages.page(domain), "signing": SigningForm(domain=domain)}
    return render(request, "delivery/domain_page.html", context)


@doors.staff(Permission.ADMINISTER)
@require_POST
def domain_signing(request: StaffRequest, pk: int) -> HttpResponse:
    """Who signs letters from the domain: MailHub, or the server that they go to."""
    domain = _domain(pk)
    form = SigningForm(request.POST, domain=domain)
    if form.is_valid():
        domains.leave_signing(domain, to_relay=form.cleaned_data["relay_signs"])
        audit.record(request, "domain.signing", target=domain, detail={"relay_signs": domain.relay_signs})
        toasts.ok(request, _signing_told(domain))
    return redirect("delivery:domain_page", pk)


@doors.staff(Permission.ADMINISTER)
@require_POST
def domain_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Look the records up now, which takes five seconds at most, and often for the next two days."""
    domain = _domain(pk)
    dns_checks.watch(domain)
    report = dns_checks.check(domain)
    audit.record(request, "domain.checked", target=domain, detail={"state": report.state})
    if request.htmx:
        return render(request, "delivery/_domain_records.html", domain_pages.page(domain))
    return redirect("delivery:domain_page", pk)


@doors.staff(Permission.LOOK)
def domain_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The records as plain text, for whoever keeps the DNS."""
    text = domain_pages.letter_to_administrator(_domain(pk))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@doors.staff(Permission.ADMINISTER)
def domain_rotate(request: StaffRequest, pk: int) -> HttpResponse:
    """A new key beside the present one, which signs until DNS shows the new one."""
    domain = _domain(pk)
    if request.method == "POST":
        try:
            key = domains.rotate(domain)
        except UserError as refusal:
            toasts.bad(request, str(refusal))
        else:
            audit.record(request, "domain.key_made", target=domain, detail={"selector": key.selector})
            toasts.ok(request, _("The new key is made. Publish its record, and it takes over."))
        return responses.go(request, reverse("delivery:domain_page", args=[pk]))
    return render(request, "delivery/domain_rotate.html", {"domain": domain})


@doors.staff(Permission.ADMINISTER)
def domain_delete(request: StaffRequest, pk: int) -> HttpResponse:
    domain = _domain(pk)
    if request.method == "POST":
        name = domain.name
        try:
            domains.remove(domain)
        except UserError as refusal:
            toasts.bad(request, str(refusal))
            return responses.go(request, reverse("delivery:domain_page", args=[pk]))
        audit.record(request, "domain.removed", label=name)
        toasts.ok(request, _("{domain} is removed.").format(domain=name))
        return responses.go(request, reverse("delivery:domain_list"))
    context = {"domain": domain, "users": domains.users_of(domain)}
    return render(request, "delivery/domain_delete.html", context)


def _signing_told(domain: SendingDomain) -> str:
    if domain.relay_signs:
        return _("The server that letters go to signs them from the next sending on.")
    return _("MailHub signs from the next sending on, once DNS shows its key.")


def _domain(pk: int) -> SendingDomain:
    return get_object_or_404(SendingDomain.objects.select_related("brand"), pk=pk)

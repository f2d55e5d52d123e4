"""The page and the one-click address behind every letter's unsubscribe link (RFC 8058)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contacts.models import ConsentMethod, List, Reason
from contacts.selectors import people, standing
from contacts.services import leaving
from contacts.views import public
from mailhub.delivery import tokens
from mailhub.delivery.tokens import Payload


@public.door
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show one button and change nothing; POST unsubscribes, or takes it back."""
    payload = tokens.read("unsubscribe", token)
    if request.method != "POST":
        return _page(request, payload, "unsubscribe.html")
    form = public.posted(request)
    if "undo" in form:
        restored = leaving.come_back(payload, method=ConsentMethod.PAGE, evidence=public.evidence(request))
        return _page(request, payload, "unsubscribe_undone.html", restored=restored)
    if form.get("List-Unsubscribe") == "One-Click":
        leaving.leave(payload, method=ConsentMethod.ONE_CLICK, evidence=public.evidence(request))
        return HttpResponse("Unsubscribed.\n", content_type="text/plain; charset=utf-8")
    leaving.leave(payload, method=ConsentMethod.PAGE, evidence=public.evidence(request))
    return _page(request, payload, "unsubscribe_done.html", reasons=Reason.choices)


def _page(request: HttpRequest, payload: Payload, template: str, **context: Any) -> HttpResponse:
    list_ = List.objects.select_related("brand").filter(pk=payload.list_id).first()
    contact = people.by_token(contact_id=payload.contact_id, address_hash=payload.address_hash)
    brand = public.brand_of(request, list_)
    offers = standing.offers(contact, brand_id=brand.pk) if contact and brand else []
    hashed = contact.address_hash if contact else payload.address_hash
    return public.show(
        request,
        template,
        brand=brand,
        contact=contact,
        list=list_,
        # The page offers the other letters; the one that was left has its Undo.
        offers=[offer for offer in offers if offer.list.pk != payload.list_id],
        stopped=standing.still_stopped(hashed, lists=[list_] if list_ else [], brand=brand),
        preferences_url=_preferences_url(payload) if contact else "",
        **context,
    )


def _preferences_url(payload: Payload) -> str:
    return reverse("contacts:preferences", args=[tokens.mint("preferences", replace(payload, number=0))])

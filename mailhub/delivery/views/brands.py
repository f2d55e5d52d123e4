"""The brand's page: who it is, how it looks, where its pages are, and who its letters are from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content.services import images
from mailhub.delivery.forms import (
    DefaultSenderForm,
    IdentityForm,
    LookForm,
    NewBrandForm,
    PublicAddressForm,
)
from mailhub.delivery.models import Brand
from mailhub.delivery.selectors import looks
from mailhub.delivery.services import brands, senders
from mailhub.lib.errors import UserError
from mailhub.web import inline, refusals, responses, toasts


@doors.staff(Permission.LOOK, post=Permission.ADMINISTER)
def brand_page(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One brand, the first without `pk`. Each card is a form of its own; a POST names its `card`."""
    brand = brands.default() if pk is None else get_object_or_404(Brand, pk=pk)
    cards = _cards(brand)
    if request.method == "POST":
        card = request.POST.get("card", "")
        if card not in cards:
            return redirect(_address(brand))
        cards[card] = form = _posted(request, brand, card)
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _saved(request, brand, form):
            audit.record(request, "brand.changed", target=brand, detail={"what": card})
            toasts.ok(request, _("Saved."))
            return redirect(f"{_address(brand)}#{card}")
    wrong = any(form.is_bound and form.errors for form in cards.values())
    context = {
        "brand": brand,
        "cards": cards,
        "look": looks.of(brand),
        "brand_count": Brand.objects.count(),
    }
    return render(request, "delivery/brand_page.html", context, status=422 if wrong else 200)


@doors.staff(Permission.LOOK)
def brand_list(request: StaffRequest) -> HttpResponse:
    found = Brand.objects.order_by("id")
    return render(request, "delivery/brand_list.html", {"brands": found})


@doors.staff(Permission.ADMINISTER)
def brand_new(request: StaffRequest) -> HttpResponse:
    form = NewBrandForm(request.POST or None)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid():
            brand = brands.add(name=form.cleaned_data["name"])
            audit.record(request, "brand.added", target=brand)
            return responses.go(request, _address(brand))
    return render(request, "delivery/brand_new.html", {"form": form}, status=422 if form.errors else 200)


def _address(brand: Brand) -> str:
    first = Brand.objects.order_by("id").values_list("pk", flat=True).first()
    return (
        reverse("delivery:brand_page")
        if brand.pk == first
        else reverse("delivery:brand_edit", args=[brand.pk])
    )


def _cards(brand: Brand) -> dict[str, forms.Form]:
    names = ("name", "postal_address", "language")
    return {
        "identity": IdentityForm(initial={name: getattr(brand, name) for name in names}),
        "look": LookForm(initial={"accent": brand.accent}),
        "address": PublicAddressForm(initial={"public_url": brand.public_url}),
        "sender": DefaultSenderForm(brand=brand),
    }


def _posted(request: StaffRequest, brand: Brand, card: str) -> forms.Form:
    if card == "identity":
        return IdentityForm(request.POST)
    if card == "look":
        return LookForm(request.POST, request.FILES)
    return (
        PublicAddressForm(request.POST) if card == "address" else DefaultSenderForm(request.POST, brand=brand)
    )


def _saved(request: StaffRequest, brand: Brand, form: forms.Form) -> bool:
    """Whether the services took it; else their sentence stands in the form."""
    data: dict[str, Any] = form.cleaned_data
    try:
        if isinstance(form, IdentityForm):
            brands.update(brand, **form.values())
        elif isinstance(form, LookForm):
            brands.update(brand, accent=data["accent"], logo=_logo(request, data))
        elif isinstance(form, PublicAddressForm):
            brands.update(brand, public_url=data["public_url"])
        else:
            senders.make_default(data["sender"])
    except UserError as refusal:
        refusals.place(form, refusal)
        return False
    return True


def _logo(request: StaffRequest, data: dict[str, Any]) -> str | None:
    """The stored name of what was uploaded, "" to have none, None to leave it."""
    if data["logo"]:
        name = getattr(request.FILES["logo"], "name", "") or "logo"
        return images.add(data["logo"], name=name, author=request.user.get_username()).image.path
    return "" if data["remove_logo"] else None

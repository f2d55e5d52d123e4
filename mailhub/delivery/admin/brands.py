"""Brands and the domains that vouch for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import Brand, DkimKey, RouteChoice, RouteRule, Sender, SendingDomain, StoredRoute
from mailhub.delivery.selectors import hosts
from mailhub.delivery.services import brands, senders
from mailhub.web.admin import ReadOnlyAdmin
from mailhub.web.refusals import told


class BrandForm(forms.ModelForm[Brand]):
    """The checks of `manage.py brand`, each beside its field."""

    public_url = forms.URLField(required=False, assume_scheme="https", help_text=_("Empty means PUBLIC_URL."))

    class Meta:
        model = Brand
        fields = ("name", "postal_address", "public_url", "sender_name", "sender_address", "language")

    def clean_name(self) -> str:
        return told(brands.check_name, self.cleaned_data["name"])

    def clean_public_url(self) -> str:
        return told(brands.check_public_url, self.cleaned_data["public_url"])

    def clean_sender_name(self) -> str:
        return told(brands.check_sender_name, self.cleaned_data["sender_name"])

    def clean_sender_address(self) -> str:
        typed = self.cleaned_data["sender_address"]
        return told(brands.check_sender_address, typed) if typed else ""


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin[Brand]):
    form = BrandForm
    list_display = ("name", "sender_address", "public_url", "language")
    search_fields = ("name", "sender_address")

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        senders.keep_default(obj)
        hosts.forget()


class DkimKeyInline(admin.TabularInline[DkimKey, SendingDomain]):
    model = DkimKey
    fields = readonly_fields = ("selector", "public_key", "created_at", "retired_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SendingDomain)
class SendingDomainAdmin(ReadOnlyAdmin):
    list_display = ("name", "brand", "verified_at", "checked_at", "problem")
    list_filter = ("brand", ("verified_at", admin.EmptyFieldListFilter))
    search_fields = ("name",)
    inlines = (DkimKeyInline,)


@admin.register(DkimKey)
class DkimKeyAdmin(ReadOnlyAdmin):
    list_display = ("domain", "selector", "created_at", "retired_at")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    search_fields = ("domain__name", "selector")
    exclude = ("private_key",)


@admin.register(Sender)
class SenderAdmin(ReadOnlyAdmin):
    list_display = ("address", "name", "reply_to", "brand")
    list_filter = ("brand",)
    search_fields = ("address", "name")


@admin.register(StoredRoute)
class StoredRouteAdmin(ReadOnlyAdmin):
    list_display = ("name", "transport", "host", "port", "tls", "username", "use", "tested_at", "problem")
    list_filter = ("transport", "use")
    search_fields = ("name", "host")
    exclude = ("password", "secrets")


@admin.register(RouteRule)
class RouteRuleAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "brand", "stream", "domain", "subdomains")
    list_filter = ("brand", "stream")
    search_fields = ("domain",)


@admin.register(RouteChoice)
class RouteChoiceAdmin(ReadOnlyAdmin):
    list_display = ("rule", "route", "position")
    list_filter = ("route",)
    search_fields = ("route__name", "rule__domain")

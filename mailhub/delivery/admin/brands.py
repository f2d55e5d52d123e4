"""Brands and the domains that vouch for them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mailhub.delivery.models import Brand, DkimKey, SendingDomain
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin[Brand]):
    list_display = ("name", "sender_address", "public_url", "language")
    search_fields = ("name", "sender_address")


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

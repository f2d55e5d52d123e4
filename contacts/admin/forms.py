"""Sign-up forms, what came in by them, wishes and requests for links, to look at."""

from __future__ import annotations

from django.contrib import admin

from contacts.models import FormVersion, LeavingReason, LinkRequest, MailingWish, SignUp, SignUpForm
from mailhub.delivery.admin.searching import SearchByAddress
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(SignUpForm)
class SignUpFormAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "brand", "list", "active", "version", "updated_at")
    list_filter = ("active", "brand")
    list_select_related = ("brand", "list")
    search_fields = ("name", "slug")
    ordering = ("name", "pk")


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin):
    list_display = ("form", "number", "created_at")
    list_select_related = ("form",)
    search_fields = ("form__name", "form__slug")
    ordering = ("-pk",)


@admin.register(SignUp)
class SignUpAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = ("received_at", "form", "method", "state", "sign", "due_at", "settled_at", "problem")
    list_filter = ("state", "sign", "method", "received_at")
    list_select_related = ("form",)
    search_fields = ("address_hash",)
    ordering = ("-pk",)


@admin.register(MailingWish)
class MailingWishAdmin(ReadOnlyAdmin):
    list_display = ("contact", "frequency", "paused_until", "changed_at")
    list_filter = ("frequency",)
    list_select_related = ("contact",)
    search_fields = ("contact__email_key",)
    ordering = ("-pk",)


@admin.register(LeavingReason)
class LeavingReasonAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = ("given_at", "list_id", "reason", "text")
    list_filter = ("reason", "given_at")
    search_fields = ("address_hash",)
    ordering = ("-pk",)


@admin.register(LinkRequest)
class LinkRequestAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = ("requested_at", "kind", "contact", "mailed_at", "expires_at", "used_at", "problem")
    list_filter = ("kind", "requested_at")
    list_select_related = ("contact",)
    search_fields = ("address_hash",)
    exclude = ("nonce",)
    ordering = ("-pk",)

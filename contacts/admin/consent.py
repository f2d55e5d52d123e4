"""The proof of consent, to look at: found by the address whose hash it bears."""

from __future__ import annotations

from django.contrib import admin

from contacts.models import Confirmation, ConsentRecord
from mailhub.delivery.admin.searching import SearchByAddress
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(ConsentRecord)
class ConsentRecordAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = ("occurred_at", "contact", "action", "list_name", "method", "basis", "source", "actor")
    list_filter = ("action", "method", "basis", "occurred_at")
    list_select_related = ("contact",)
    search_fields = ("address_hash",)
    ordering = ("-pk",)


@admin.register(Confirmation)
class ConfirmationAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = (
        "contact",
        "list",
        "requested_at",
        "mailed_at",
        "reminder_sent_at",
        "used_at",
        "expires_at",
    )
    list_filter = ("list", ("used_at", admin.EmptyFieldListFilter), "requested_at")
    list_select_related = ("contact", "list")
    search_fields = ("address_hash",)
    exclude = ("nonce",)
    ordering = ("-pk",)

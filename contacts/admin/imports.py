"""Imports and what each changed, to look at."""

from __future__ import annotations

from django.contrib import admin

from contacts.models import Import, ImportChange
from mailhub.delivery.admin.searching import SearchByAddress
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name",
        "list",
        "state",
        "created_count",
        "updated_count",
        "unchanged_count",
        "duplicate_count",
        "invalid_count",
        "suppressed_count",
        "started_at",
        "finished_at",
    )
    list_filter = ("state", "list", "started_at")
    list_select_related = ("list",)
    search_fields = ("file_name", "file_hash", "consent_source")
    ordering = ("-pk",)


@admin.register(ImportChange)
class ImportChangeAdmin(SearchByAddress, ReadOnlyAdmin):
    list_display = ("run", "contact_id", "kind", "subscription_before")
    list_filter = ("kind", "run")
    list_select_related = ("run",)
    search_fields = ("address_hash",)
    ordering = ("-pk",)

"""What staff did to many contacts at once, and the filters they kept, to look at."""

from __future__ import annotations

from django.contrib import admin

from contacts.models import BulkJob, SavedView
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(BulkJob)
class BulkJobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "words", "state", "total_count", "done_count", "created_by", "created_at")
    list_filter = ("kind", "state", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("words", "created_by__username")
    ordering = ("-pk",)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "shared", "updated_at")
    list_filter = ("shared",)
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")
    ordering = ("name", "pk")

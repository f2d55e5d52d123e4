"""Rollups in the admin, to look at how fresh and how dear they are."""

from __future__ import annotations

from django.contrib import admin

from mailhub.web.admin import ReadOnlyAdmin
from reports.models import CampaignFigures, DailyGrowth, Mark


@admin.register(CampaignFigures)
class CampaignFiguresAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "launched_at", "planned_count", "is_stale", "counted_at", "took_seconds")
    list_filter = ("is_stale", "launched_at")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)
    ordering = ("-launched_at", "-pk")


@admin.register(DailyGrowth)
class DailyGrowthAdmin(ReadOnlyAdmin):
    list_display = ("date", "joined_count", "left_count")
    search_fields = ("date",)
    ordering = ("-date",)


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ("name", "position")
    search_fields = ("name",)
    ordering = ("name",)

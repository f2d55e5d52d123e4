"""What admin pages of MailHub share: records that are only looked at, and big tables."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_permission_codename
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest


def may_change(site: admin.ModelAdmin[Any], request: HttpRequest) -> bool:
    """Whether this person has the model's change permission, be its form read-only or not."""
    codename = get_permission_codename("change", site.opts)
    return request.user.has_perm(f"{site.opts.app_label}.{codename}")


class CappedPaginator(Paginator[Any]):
    """Counts no further than it is worth waiting for on a table of millions."""

    LIMIT = 10_000

    @property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return int(rows.order_by()[: self.LIMIT].count())


class BigTableAdmin(admin.ModelAdmin[Any]):
    """For tables that grow: no full counts, no page of everything."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50


class ReadOnlyAdmin(BigTableAdmin):
    """Records that only services write: the ledger, events, consent. Staff look, nobody edits."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LogEntry)
class HistoryAdmin(ReadOnlyAdmin):
    """What staff did in the admin, and why: also what became of records that are gone."""

    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "change_message")
    list_filter = ("action_flag", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    ordering = ("-pk",)

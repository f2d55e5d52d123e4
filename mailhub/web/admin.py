"""What admin pages of MailHub share: records that are only looked at, and big tables."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

# What the databases' 64-bit integers hold.
LARGEST = 2**63 - 1


def may_change(site: admin.ModelAdmin[Any], request: HttpRequest) -> bool:
    """Whether this person has the model's change permission, be its form read-only or not."""
    codename = get_permission_codename("change", site.opts)
    return request.user.has_perm(f"{site.opts.app_label}.{codename}")


class CappedPaginator(Paginator[Any]):
    """Counts no further than it is worth waiting for on a table of millions; its pages go on to the end."""

    LIMIT = 10_000
    # How many pages are known to be there, from having looked.
    reached = 0

    @cached_property
    def count(self) -> int:
        """How many rows there are; one more than LIMIT when there are more."""
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return int(rows.order_by()[: self.LIMIT + 1].count())

    @property
    def capped(self) -> bool:
        return self.count > self.LIMIT

    @property
    def num_pages(self) -> int:
        return max(self.reached, ceil(self.count / self.per_page), 1)

    def page(self, number: int | str) -> Page[Any]:
        if not self.capped:
            return super().page(number)
        number = int(number)
        first = (number - 1) * self.per_page
        if not 0 <= first < LARGEST:
            raise EmptyPage(self.error_messages["no_results"])
        # One row more than the page has tells whether there is a next one.
        rows = list(self.object_list[first : first + self.per_page + 1])
        if not rows:
            raise EmptyPage(self.error_messages["no_results"])
        self.reached = number + (len(rows) > self.per_page)
        return Page(rows[: self.per_page], number, self)


class BigChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if getattr(self.paginator, "capped", False):
            # The search box would tell where the counting stopped as if it were the result.
            self.full_result_count = self.result_count


class BigTableAdmin(admin.ModelAdmin[Any]):
    """For tables that grow: no full counts, no page of everything."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BigChangeList


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

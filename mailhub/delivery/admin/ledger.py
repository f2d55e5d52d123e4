"""The ledger, what is compiled for it and the events, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.admin.searching import SearchByAddress
from mailhub.delivery.models import (
    AddressRecord,
    Chunk,
    CompiledLetter,
    Dispatch,
    DispatchLink,
    Due,
    Event,
    HashKey,
    Message,
    PreparedLetter,
)
from mailhub.delivery.selectors import balance
from mailhub.web.admin import LARGEST, ReadOnlyAdmin


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "producer",
        "producer_id",
        "state",
        "stream",
        "planned_count",
        "started_at",
        "settled_at",
    )
    list_filter = ("state", "stream", "producer")
    search_fields = ("=id", "=producer_id", "sender_address")
    readonly_fields = ("balance",)

    @admin.display(description=_("Balance"))
    def balance(self, dispatch: Dispatch) -> str:
        state = balance.balance(dispatch.pk)
        parts = [f"{name} {getattr(state, name)}" for name in state.__dataclass_fields__]
        return ", ".join([*parts, "adds up" if state.adds_up else "DOES NOT ADD UP"])


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Search by address within a dispatch: “12 ann@example.org”."""

    list_display = ("id", "dispatch_id", "address", "state", "reason", "reply", "attempts", "settled_at")
    list_filter = ("state", "reason")
    search_fields = ("address",)
    search_help_text = _("An e-mail address, or the number of a dispatch and an address")
    ordering = ("-dispatch_id", "-id")
    # No page for one row: its URL would name no dispatch, and the query would look into every partition.
    list_display_links = None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        for term in search_term.split():
            if term.isdecimal():
                # SQLite knows no larger numbers; no dispatch has this one either.
                queryset = queryset.filter(dispatch_id=min(int(term), LARGEST))
            else:
                queryset = queryset.filter(address__iexact=term)
        return queryset, False


@admin.register(Chunk)
class ChunkAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "dispatch_id",
        "first_id",
        "last_id",
        "done_id",
        "intent_id",
        "epoch",
        "owner",
        "finished",
    )
    list_filter = ("finished",)
    search_fields = ("=dispatch__id",)


@admin.register(Due)
class DueAdmin(ReadOnlyAdmin):
    list_display = ("id", "dispatch_id", "message_id", "lane", "due_at", "in_flight", "lease_until", "owner")
    list_filter = ("lane", "in_flight")
    search_fields = ("=dispatch__id", "=message_id")


@admin.register(CompiledLetter)
class CompiledLetterAdmin(ReadOnlyAdmin):
    list_display = ("dispatch_id", "locale", "fallback", "version_id")
    list_filter = ("locale",)
    search_fields = ("=dispatch__id",)


@admin.register(DispatchLink)
class DispatchLinkAdmin(ReadOnlyAdmin):
    list_display = ("dispatch_id", "number", "template")
    search_fields = ("=dispatch__id", "template")


@admin.register(PreparedLetter)
class PreparedLetterAdmin(ReadOnlyAdmin):
    list_display = ("dispatch_id",)
    search_fields = ("=dispatch__id",)
    exclude = ("mime",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin, SearchByAddress):
    list_display = (
        "occurred_at",
        "type",
        "dispatch_id",
        "message_id",
        "grade",
        "rule",
        "link_number",
        "user_agent",
    )
    list_filter = ("type", "grade", "rule")
    search_fields = ("address_hash",)
    date_hierarchy = None
    ordering = ("-id",)


@admin.register(AddressRecord)
class AddressRecordAdmin(ReadOnlyAdmin, SearchByAddress):
    list_display = (
        "address_hash",
        "last_marketing_at",
        "last_opened_at",
        "last_clicked_at",
        "soft_bounce_count",
    )
    search_fields = ("address_hash",)


@admin.register(HashKey)
class HashKeyAdmin(ReadOnlyAdmin):
    list_display = search_fields = ("fingerprint",)

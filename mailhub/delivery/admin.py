"""The post office in the admin: the ledger and the events to look at, brands and domains to keep."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import (
    AddressRecord,
    Brand,
    CapturedLetter,
    Chunk,
    CompiledLetter,
    Dispatch,
    DispatchLink,
    DkimKey,
    Due,
    Event,
    HashKey,
    Message,
    PreparedLetter,
    SendingDomain,
    Suppression,
)
from mailhub.delivery.selectors import balance
from mailhub.lib import addresses, clock
from mailhub.web.admin import BigTableAdmin, ReadOnlyAdmin


def hash_of(term: str) -> str:
    """The hash that an address typed into a search box is known by; "" when it is not an address."""
    try:
        return address_hash(addresses.parse(term).key)
    except addresses.InvalidAddress:
        return ""


class SearchByAddress(BigTableAdmin):
    """Finds rows that know only an address's hash by the address itself."""

    search_help_text = _("An e-mail address")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(address_hash=hash_of(term)) if term else queryset), False


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
            if term.isdigit():
                queryset = queryset.filter(dispatch_id=int(term))
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


class SuppressionForm(forms.ModelForm[Suppression]):
    """Staff type the address; only its hash is kept."""

    address = forms.CharField(help_text=_("Only its keyed hash is kept."))

    class Meta:
        model = Suppression
        fields = ("reason", "scope_key", "note")

    def clean_address(self) -> str:
        found = hash_of(self.cleaned_data["address"])
        if not found:
            raise forms.ValidationError(_("This is not an e-mail address."))
        return found


@admin.register(Suppression)
class SuppressionAdmin(SearchByAddress):
    """Searched by address: the table itself knows none."""

    form = SuppressionForm
    list_display = ("created_at", "reason", "scope_key", "source", "note")
    list_filter = ("reason",)
    search_fields = ("address_hash",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        obj.address_hash = form.cleaned_data["address"]
        obj.source = f"staff: {request.user}"
        obj.created_at = clock.now()
        super().save_model(request, obj, form, change)


@admin.register(CapturedLetter)
class CapturedLetterAdmin(ReadOnlyAdmin):
    list_display = ("captured_at", "rcpt_to", "subject", "dispatch_id")
    search_fields = ("rcpt_to", "subject", "=dispatch_id")
    fields = ("captured_at", "mail_from", "rcpt_to", "subject", "source")
    readonly_fields = ("source",)
    ordering = ("-id",)

    @admin.display(description=_("Source"))
    def source(self, letter: CapturedLetter) -> str:
        return bytes(letter.raw).decode("utf-8", "replace")


@admin.register(HashKey)
class HashKeyAdmin(ReadOnlyAdmin):
    list_display = search_fields = ("fingerprint",)

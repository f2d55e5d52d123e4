"""Lists and who is on them; what changes consent goes through its service."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contacts.models import List, Subscription
from contacts.services import consent
from contacts.services.evidence import Evidence
from mailhub.web.admin import ReadOnlyAdmin, may_change


@admin.register(List)
class ListAdmin(admin.ModelAdmin[List]):
    list_display = ("name", "slug", "brand", "opt_in", "public", "tracking", "created_at")
    list_filter = ("brand", "public", "opt_in")
    list_select_related = ("brand",)
    search_fields = ("name", "slug")
    readonly_fields = ("created_at",)
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: List | None = None) -> bool:
        # Deleting a list of a million subscriptions is no matter of one click here.
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.subscriptions.exists()


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("contact", "list", "state", "basis_expires_at", "changed_at")
    list_filter = ("state", "list", "changed_at")
    list_select_related = ("contact", "list")
    search_fields = ("contact__email_key__startswith",)
    search_help_text = _("The beginning of an address, in lower case")
    ordering = ("-pk",)
    actions = ("unsubscribe",)

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        """Nobody edits the rows, but who may change them may end them through their service."""
        return may_change(self, request)

    @admin.action(description=_("Unsubscribe"), permissions=["unsubscribe"])
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        evidence = Evidence(actor=request.user.get_username())
        for row in queryset.select_related("contact", "list"):
            consent.withdraw(row.contact, row.list, method="staff", source="admin", evidence=evidence)
        count = len(queryset)
        text = ngettext("%(count)d subscription ended.", "%(count)d subscriptions ended.", count)
        messages.success(request, text % {"count": count})

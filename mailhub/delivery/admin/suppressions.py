"""Who must not be mailed: looked up by address, added, and lifted one by one with a reason."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.admin.searching import SearchByAddress, hash_of
from mailhub.delivery.models import Brand, Suppression
from mailhub.delivery.services import suppression
from mailhub.delivery.views.suppression_forms import LiftForm

SCOPE = re.compile(r"(brand|list):([1-9]\d{0,17})")


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

    def clean_scope_key(self) -> str:
        """Lists live upstairs: that a list of this number exists cannot be asked here."""
        scope = str(self.cleaned_data["scope_key"])
        match = SCOPE.fullmatch(scope)
        if scope and match is None:
            raise forms.ValidationError(
                _("This names nothing: leave it empty for everything, or write brand:3 or list:7.")
            )
        if match and match[1] == "brand" and not Brand.objects.filter(pk=int(match[2])).exists():
            raise forms.ValidationError(_("There is no brand of this number."))
        return scope

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        same = {name: cleaned.get(name) for name in ("reason", "scope_key")}
        if "address" in cleaned and Suppression.objects.filter(address_hash=cleaned["address"], **same):
            self.add_error("address", _("This address is already suppressed for this reason and scope."))
        return cleaned


@admin.register(Suppression)
class SuppressionAdmin(SearchByAddress):
    """Searched by address: the table itself knows none. Never deleted, only lifted."""

    form = SuppressionForm
    list_display = ("created_at", "reason", "scope_key", "source", "note")
    list_filter = ("reason",)
    search_fields = ("address_hash",)
    ordering = ("-id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Only the hash is kept: what was typed cannot be shown again.
        if obj is None:
            return ("address", "reason", "scope_key", "note")
        return ("reason", "scope_key", "source", "note", "created_at", "address_hash")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return super().has_delete_permission(request)

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        facts = {"reason": obj.reason, "scope_key": obj.scope_key}
        source = f"staff: {request.user}"[:120]
        suppression.suppress(form.cleaned_data["address"], source=source, note=obj.note, **facts)
        obj.pk = Suppression.objects.get(address_hash=form.cleaned_data["address"], **facts).pk

    def get_urls(self) -> list[URLPattern]:
        lift = path(
            "<int:number>/lift/", self.admin_site.admin_view(self.lift), name="delivery_suppression_lift"
        )
        return [lift, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"may_lift": self.has_lift_permission(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def lift(self, request: HttpRequest, number: int) -> HttpResponse:
        """Ask why, and lift it; who, why and what is in the history."""
        if not self.has_lift_permission(request):
            raise PermissionDenied
        row = Suppression.objects.filter(pk=number).first()
        if row is None:
            raise Http404
        form = LiftForm(request.POST if request.method == "POST" else None, suppressed_for=row.reason)
        if form.is_valid():
            _lift(row, request=request, reason=form.cleaned_data["reason"])
            messages.success(request, gettext("The suppression is lifted."))
            return redirect(reverse("admin:delivery_suppression_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Lift a suppression"),
            "opts": self.opts,
            "original": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/delivery/suppression/lift.html", context)


@transaction.atomic
def _lift(row: Suppression, *, request: HttpRequest, reason: str) -> None:
    """Lifted and written down, both or neither; nobody is named by more than a piece of the hash."""
    note = gettext("Lifted: {reason} (address hash {piece}…, source “{source}”, since {since})").format(
        reason=reason, piece=row.address_hash[:8], source=row.source, since=row.created_at.isoformat()
    )
    # Before the row goes: the history names it by its number.
    LogEntry.objects.log_actions(
        request.user.pk or 0, [row], DELETION, change_message=note, single_object=True
    )
    suppression.lift(row.address_hash, reason=row.reason, scope_key=row.scope_key)

"""Who must not be mailed: looked up by address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.admin.searching import SearchByAddress, hash_of
from mailhub.delivery.models import Suppression
from mailhub.lib import clock


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

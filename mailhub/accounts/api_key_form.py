"""What an administrator chooses for a new API key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any, cast

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mailhub.accounts.models.api_keys import DEFAULT_RATE
from mailhub.accounts.scopes import LABELS, Scope
from mailhub.accounts.services.api_keys import HIGHEST_RATE

READING = [scope.value for scope in Scope if scope.endswith(":read")]


class ApiKeyForm(forms.Form):
    """Name, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which system uses it, such as “Shop” or “CRM”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope.value, LABELS[scope]) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=_("Works until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("To the end of that day, UTC. Empty: until you revoke it."),
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests a minute"), initial=DEFAULT_RATE, min_value=1, max_value=HIGHEST_RATE
    )

    def expires_at(self) -> datetime | None:
        """The last moment of the chosen day; call it on a valid form."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, tzinfo=UTC) if day else None

    def groups(self) -> list[tuple[str, list[SafeString]]]:
        """The boxes of the scopes, two of one thing beside each other: (what, boxes)."""
        found: dict[str, list[Any]] = {}
        boxes = cast(Iterable[Any], self["scopes"])
        for box in boxes:
            found.setdefault(str(box.data["value"]).partition(":")[0], []).append(box)
        return list(found.items())

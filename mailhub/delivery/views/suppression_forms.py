"""What staff state when they suppress addresses, and when they lift a suppression."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailhub.delivery import address_book
from mailhub.delivery.models.events import SuppressionReason

# Mailing them again costs reputation or breaks a wish: staff say twice that they know (rules 2.1).
CONFIRMED_TWICE = {
    SuppressionReason.HARD_BOUNCE: _("I know that letters to this address came back."),
    SuppressionReason.COMPLAINT: _("I know that this person complained about our letters."),
}
REASONS = [
    (SuppressionReason.MANUAL, _("Decided by staff")),
    (SuppressionReason.UNSUBSCRIBED, _("They unsubscribed")),
    (SuppressionReason.HARD_BOUNCE, _("The mailbox does not exist (hard bounce)")),
    (SuppressionReason.COMPLAINT, _("They complained")),
    (SuppressionReason.INVALID, _("The address is invalid")),
]
LONGEST_PASTE = 1_000_000


class LiftForm(forms.Form):
    """Why it is lifted; and for some, that one knows what one does."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, data: Any = None, *, suppressed_for: str) -> None:
        super().__init__(data)
        if suppressed_for in CONFIRMED_TWICE:
            self.fields["known"] = forms.BooleanField(
                label=CONFIRMED_TWICE[SuppressionReason(suppressed_for)]
            )


class AddForm(forms.Form):
    """One address or many, with why, for what, and a note."""

    addresses = forms.CharField(
        label=_("Addresses"),
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One a line, or between commas. Only a keyed hash of each is kept."),
        error_messages={"required": _("Paste at least one address.")},
    )
    reason = forms.ChoiceField(label=_("Why must they not be mailed?"), choices=REASONS)
    scope_key = forms.ChoiceField(label=_("For what?"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["scope_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = address_book.scopes()

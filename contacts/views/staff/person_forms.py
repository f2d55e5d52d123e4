"""What staff write about a person: fields with their types, consent that they state, suppressions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, CustomField, FieldType, LegalBasis, List, TrackingPreference
from contacts.selectors import people as found
from contacts.selectors import profile
from contacts.services import fields
from mailhub.delivery.models.events import SuppressionReason
from mailhub.lib.errors import UserError

HELP = {
    "locale": gettext_lazy("A language code such as en, de-AT or zh-Hans."),
    "time_zone": gettext_lazy("Such as Europe/Berlin."),
}
CUSTOM = "custom_"


class FieldsForm(forms.Form):
    """Fields of a contact by name, custom ones as `custom_<key>`; `only` limits it to one of them."""

    def __init__(self, data: Any = None, *, contact: Contact | None, only: str = "") -> None:
        super().__init__(data)
        self.contact = contact
        self._custom = list(CustomField.objects.order_by("label"))
        for name, label in profile.LABELS.items():
            if only in ("", name):
                self.fields[name] = _text_field(name, label, getattr(contact, name, "") if contact else "")
        for field in self._custom:
            if only in ("", f"{CUSTOM}{field.key}"):
                self.fields[f"{CUSTOM}{field.key}"] = _custom_field(field, contact)

    @property
    def values(self) -> dict[str, object]:
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name in profile.LABELS or name == "tracking"
        }

    @property
    def custom(self) -> dict[str, object]:
        return {
            name.removeprefix(CUSTOM): self.cleaned_data[name]
            for name in self.fields
            if name.startswith(CUSTOM)
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kinds = {field.key: field.type for field in self._custom}
        for name, value in list(cleaned.items()):
            try:
                if name.startswith(CUSTOM):
                    fields.coerce(kinds[name.removeprefix(CUSTOM)], value)
                elif name in profile.LABELS:
                    fields.clean({name: value})
            except UserError as error:
                self.add_error(name, str(error))
        return cleaned


class PersonForm(FieldsForm):
    """The whole contact, with the address."""

    def __init__(self, data: Any = None, *, contact: Contact | None) -> None:
        super().__init__(data, contact=contact)
        email = forms.CharField(
            label=_("E-mail address"),
            max_length=320,
            initial=contact.email if contact else "",
            error_messages={"required": _("A contact needs an e-mail address.")},
            widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        )
        tracking = forms.ChoiceField(
            label=_("How much a letter may tell about its reader"),
            choices=TrackingPreference.choices,
            required=False,
            initial=contact.tracking if contact else "",
        )
        self.fields = {"email": email, **self.fields, "tracking": tracking}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        try:
            other = found.by_address(email)
        except UserError as error:
            raise forms.ValidationError(str(error)) from error
        if other is not None and (self.contact is None or other.pk != self.contact.pk):
            raise forms.ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("There is a contact with this address already."),
                    reverse("contacts:contact_page", args=[other.pk]),
                    _("Open that contact"),
                )
            )
        return email


class TagForm(forms.Form):
    """One tag, new or known."""

    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=120)

    def clean_tag(self) -> str:
        name = " ".join(str(self.cleaned_data["tag"]).split())
        if not name:
            raise forms.ValidationError(_("Write the tag."))
        return name


class SubscribeForm(forms.Form):
    """What staff state when they put somebody on a list."""

    list = forms.ModelChoiceField(label=gettext_lazy("List"), queryset=List.objects.none())
    source = forms.CharField(
        label=gettext_lazy("Where and when did this person agree?"),
        max_length=1_000,
        help_text=gettext_lazy("Kept as the proof, such as: asked at the counter, 12 March 2026."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Legal basis"),
        choices=[
            (LegalBasis.EXPRESS, gettext_lazy("Express: they asked for it")),
            (LegalBasis.IMPLIED, gettext_lazy("Implied: a customer, or an inquiry; it ends on a day")),
        ],
        widget=forms.RadioSelect,
        initial=LegalBasis.EXPRESS,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Implied consent ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    wording = forms.CharField(
        label=gettext_lazy("What exactly were they told?"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, lists: Iterable[int]) -> None:
        super().__init__(data)
        field = self.fields["list"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = List.objects.filter(pk__in=list(lists)).order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        implied = cleaned.get("basis") == LegalBasis.IMPLIED
        day: date | None = cleaned.get("ends_on")
        if implied and (day is None or day <= datetime.now(UTC).date()):
            self.add_error("ends_on", _("Choose a day to come on which the implied consent ends."))
        cleaned["ends_at"] = datetime.combine(day, time(23, 59, 59), tzinfo=UTC) if implied and day else None
        return cleaned


class UnsubscribeForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("How did they ask for it?"),
        max_length=500,
        help_text=gettext_lazy("Kept with the record, such as: by phone on 3 May."),
    )


class SuppressForm(forms.Form):
    """Why this person gets no marketing at all any more."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[
            (SuppressionReason.MANUAL, gettext_lazy("Decided by staff")),
            (SuppressionReason.UNSUBSCRIBED, gettext_lazy("They asked for no mail at all")),
            (SuppressionReason.COMPLAINT, gettext_lazy("They complained")),
            (SuppressionReason.HARD_BOUNCE, gettext_lazy("The mailbox does not exist")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500)


def _text_field(name: str, label: Any, value: object) -> forms.Field:
    longest = getattr(Contact._meta.get_field(name), "max_length", None)
    return forms.CharField(
        label=label, required=False, max_length=longest, initial=value, help_text=HELP.get(name, "")
    )


def _custom_field(field: CustomField, contact: Contact | None) -> forms.Field:
    value = contact.custom.get(field.key) if contact else None
    common: dict[str, Any] = {"label": field.label, "required": False, "initial": value}
    match field.type:
        case FieldType.BOOLEAN:
            choices = [("", _("not known")), ("true", _("yes")), ("false", _("no"))]
            common["initial"] = "" if value is None else str(value).lower()
            return forms.ChoiceField(choices=choices, **common)
        case FieldType.DATE:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case FieldType.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
        case FieldType.JSON:
            return forms.JSONField(widget=forms.Textarea(attrs={"rows": 3}), **common)
    return forms.CharField(max_length=fields.LONGEST_TEXT, **common)

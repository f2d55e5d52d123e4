"""What staff decide about a sign-up form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import CustomField, FieldType, List, SignUpForm
from contacts.services import form_texts
from contacts.services import forms as form_services

LONG_TEXTS = ("promise", "wording", "thanks", "welcome")


class FormFields(forms.Form):
    """A form's name, lists, fields and words; the words once for each language that MailHub speaks."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Only staff see it.")
    )
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "The last part of /join/…; empty makes one of the name. Sites that use the form know it."
        ),
    )
    lists = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Lists"),
        queryset=List.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With several, people tick what they want; nothing is ticked beforehand."),
    )
    asks_first_name = forms.BooleanField(label=gettext_lazy("Ask for the first name"), required=False)
    asks_last_name = forms.BooleanField(label=gettext_lazy("Ask for the last name"), required=False)
    fields_asked = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Other fields"),
        queryset=CustomField.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    redirect_url = forms.CharField(
        label=gettext_lazy("Page to go to afterwards"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Beginning with https://. Empty shows the thank-you text instead."),
    )
    active = forms.BooleanField(label=gettext_lazy("Open for sign-ups"), required=False, initial=True)

    def __init__(self, *args: Any, form: SignUpForm, lists: list[List], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form = form
        self.fields["lists"].queryset = List.objects.order_by("name")  # type: ignore[attr-defined]  # a model field
        asked = self.fields["fields_asked"]
        asked.queryset = CustomField.objects.exclude(type=FieldType.JSON).order_by("label")  # type: ignore[attr-defined]  # a model field
        self.initial = {**_initial(form, lists), **self.initial}
        for code, _name in settings.LANGUAGES:
            own = form_texts.of(form, lists, language=code).as_texts() if lists else {}
            for name, label in form_texts.NAMES.items():
                self.fields[f"{name}_{code}"] = _text_field(name, str(label), own.get(name, ""))

    def words(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """(code, name of the language, its fields) for each language."""
        for code, _name in settings.LANGUAGES:
            spoken = translation.get_language_info(code)["name_local"]
            yield code, spoken, [self[f"{name}_{code}"] for name in form_texts.NAMES]

    def texts(self) -> dict[str, dict[str, str]]:
        """Language → name → what was typed, empty ones left out."""
        typed = self.cleaned_data
        texts = {
            code: {name: typed.get(f"{name}_{code}", "") for name in form_texts.NAMES}
            for code, _name in settings.LANGUAGES
        }
        return form_services.check_texts(texts)

    def filled(self) -> SignUpForm:
        """The form with what was typed, not yet saved."""
        typed = self.cleaned_data
        for name in ("name", "asks_first_name", "asks_last_name", "redirect_url", "active"):
            setattr(self.form, name, typed.get(name, getattr(self.form, name)))
        self.form.slug = typed.get("slug") or self.form.slug or form_services.free_slug(self.form.name)
        self.form.texts = {**self.form.texts, **self.texts()}
        for code in set(dict(settings.LANGUAGES)) - set(self.texts()):
            self.form.texts.pop(code, None)
        return self.form


def _initial(form: SignUpForm, lists: list[List]) -> dict[str, Any]:
    initial: dict[str, Any] = {
        name: getattr(form, name)
        for name in ("name", "slug", "asks_first_name", "asks_last_name", "redirect_url", "active")
    }
    initial["lists"] = lists
    initial["fields_asked"] = form.fields.all() if form.pk else []
    for code, words in form.texts.items():
        initial |= {f"{name}_{code}": text for name, text in words.items()}
    return initial


def _text_field(name: str, label: str, own: str) -> forms.CharField:
    """Empty shows what is said instead, in the field's own place."""
    shown = {"placeholder": own or _("nothing")}
    widget = forms.Textarea({**shown, "rows": 2}) if name in LONG_TEXTS else forms.TextInput(shown)
    return forms.CharField(label=label, max_length=2_000, required=False, widget=widget)

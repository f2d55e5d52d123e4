"""What may be typed about letters, languages, images and tests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailhub.content import previewing
from mailhub.content.models import Image, Letter
from mailhub.content.services import letters, trials
from mailhub.lib import names
from mailhub.web.refusals import told


class NewLetterForm(forms.Form):
    """A new letter: its name and language; what it begins with comes with the template's button."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Only your team sees it, such as “Spring sale 2026”.")
    )
    locale = forms.CharField(
        label=_("Language"), max_length=35, help_text=_("A language tag such as en, de-AT or zh-Hans.")
    )

    def clean_name(self) -> str:
        return told(names.check, self.cleaned_data["name"])

    def clean_locale(self) -> str:
        return told(letters.clean_locale, self.cleaned_data["locale"])


class LetterForm(forms.ModelForm[Letter]):
    """What the catalogue says of a letter."""

    class Meta:
        model = Letter
        fields = ["name", "description", "is_template"]

    def clean_name(self) -> str:
        return told(names.check, self.cleaned_data["name"])


class NameForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(label=_("Name of the copy"), max_length=200)

    def clean_name(self) -> str:
        return told(names.check, self.cleaned_data["name"])


class LanguageForm(forms.Form):
    """A further language of a letter."""

    locale = forms.CharField(
        label=_("Language"),
        max_length=35,
        help_text=_(
            "A language tag such as de, fr-CA, ar or zh-Hans. People get the variant of their language."
        ),
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off"}),
    )

    def clean_locale(self) -> str:
        return told(letters.clean_locale, self.cleaned_data["locale"])


class UploadForm(forms.Form):
    """A picture from the person's own machine."""

    file = forms.FileField(
        label=_("Image"),
        # What an empty file is, is said where each file is looked at.
        allow_empty_file=True,
        help_text=_("PNG, JPEG, GIF or WebP; up to 5 MB. Place and camera of photographs are taken out."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    alt = forms.CharField(
        label=_("Alternative text"),
        max_length=300,
        required=False,
        help_text=_("What it shows, in words: read aloud, and seen where images are blocked."),
    )


class ImageForm(forms.ModelForm[Image]):
    """What the library says of an image."""

    class Meta:
        model = Image
        fields = ["name", "alt"]


class TestForm(forms.Form):
    """Where a test letter goes and whose data it shows."""

    __test__ = False

    addresses = forms.CharField(
        label=_("To"),
        help_text=_("Up to 10 addresses, with commas or line ends between them."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reader = forms.CharField(required=False, widget=forms.HiddenInput)
    brand = forms.TypedChoiceField(label=_("From"), coerce=int, empty_value=None, required=False)
    prefixed = forms.BooleanField(label=_("Begin the subject with “[Test]”"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = previewing.post()
        brands = list(office.brands()) if office else []
        field = self.fields["brand"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = brands
        if len(brands) < 2:
            del self.fields["brand"]

    def clean_addresses(self) -> list[str]:
        return told(trials.parse_addresses, self.cleaned_data["addresses"])

    def wish(self, reader: previewing.Reader) -> trials.Wish:
        """What was asked for, with this person's data."""
        data = self.cleaned_data
        return trials.Wish(data["addresses"], reader, data["prefixed"], data.get("brand") or 0)

"""What staff type about themselves and about each other."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from mailhub.accounts.models import Role, Theme, User


class SignInForm(AuthenticationForm):
    username = forms.CharField(
        label=_("User name or e-mail"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).replace(" ", "").replace("-", "").lower()


class ProfileForm(forms.ModelForm[User]):
    """How a person is named and likes the screens."""

    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the browser says")), *settings.LANGUAGES]
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=Theme.choices)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "time_zone", "language", "theme")
        help_texts = {"email": _("Your test letters and password mails go here.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            ("", _("as the browser says")),
            *((name, name.replace("_", " ")) for name in sorted(available_timezones())),
        ]


class StaffForm(forms.ModelForm[User]):
    """One member of staff, as an administrator sees them."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "role", "sees_addresses", "may_export")
        help_texts = {
            "sees_addresses": _("Else addresses are shown as a••@e••.org. Administrators always see them."),
            "may_export": _("May take contacts and recipients home as files. Administrators always may."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        if self.instance.pk:
            self.initial["role"] = self.instance.effective_role


class NewPasswordForm(forms.Form):
    """A password chosen by an administrator for somebody; empty sends an invitation instead."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: a link to choose their own is mailed to them."),
    )

    def clean_password(self) -> str:
        chosen = str(self.cleaned_data["password"])
        if chosen:
            password_validation.validate_password(chosen)
        return chosen

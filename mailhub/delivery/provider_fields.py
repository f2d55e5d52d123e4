"""The fields of a provider's settings on the route's form, made of its table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from mailhub.delivery.models import StoredRoute
from mailhub.delivery.models.routes import TransportName
from mailhub.delivery.services import accounts
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from mailhub.delivery.transports.anymail.providers.shape import Provider, Setting

ACCOUNT = f"{TransportName.ANYMAIL}:"


def kinds() -> list[tuple[Any, Any]]:
    """What a route may lead to: a mail server, the recipients' own, the capture mailbox, or a provider."""
    providers = sorted((ACCOUNT + key, each.label) for key, each in PROVIDERS.items())
    plain: list[tuple[Any, Any]] = [
        (each.value, each.label) for each in TransportName if each != TransportName.ANYMAIL
    ]
    return [*plain, (TransportName.ANYMAIL.label, providers)]


def every_kind() -> list[str]:
    """The values of `kinds`."""
    plain = [each.value for each in TransportName if each != TransportName.ANYMAIL]
    return [*plain, *(ACCOUNT + key for key in PROVIDERS)]


def provider_of(kind: str) -> Provider | None:
    return PROVIDERS.get(kind.removeprefix(ACCOUNT)) if kind.startswith(ACCOUNT) else None


def fields_of(kind: str, route: StoredRoute | None) -> dict[str, forms.Field]:
    """By name; none but for a provider. A secret that is kept is not shown, only said to be there."""
    provider = provider_of(kind)
    if provider is None:
        return {}
    same = route if route is not None and route.provider == provider.key else None
    return {accounts.FIELD + each.name: _field(each, same) for each in provider.settings}


def _field(setting: Setting, route: StoredRoute | None) -> forms.Field:
    value = str(route.settings.get(setting.name, "")) if route is not None else setting.default
    if setting.secret:
        kept = bool(route is not None and route.secrets)
        return forms.CharField(
            label=setting.label,
            required=setting.required and not kept,
            max_length=accounts.LONGEST,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_kept_help() if kept else setting.help,
        )
    if setting.choices:
        return forms.ChoiceField(
            label=setting.label,
            choices=setting.choices,
            required=setting.required,
            initial=value,
            help_text=setting.help,
        )
    return forms.CharField(
        label=setting.label,
        required=setting.required,
        max_length=accounts.LONGEST,
        initial=value,
        help_text=setting.help,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


def _kept_help() -> str:
    return _("Kept encrypted and never shown again. Leave it empty to keep it; type a new one to replace it.")

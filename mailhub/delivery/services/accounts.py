"""Accounts at providers as routes keep them: checked, their credentials encrypted, never shown again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _

from mailhub.delivery.models import StoredRoute
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from mailhub.delivery.transports.anymail.providers.shape import Provider, Setting
from mailhub.lib import clock, keys
from mailhub.lib.errors import ValueRefused

PURPOSE = "provider credentials"
LONGEST = 500
# Forms name the field of a setting like this, and so do refusals.
FIELD = "setting_"
NOTED_EVERY = timedelta(minutes=1)


class AccountRefused(ValueRefused):
    """A setting that an account cannot have."""


def of(stored: StoredRoute) -> Account:
    """The account of a stored route; raises UnknownKey."""
    return Account(
        stored.provider,
        tuple(sorted((str(name), str(value)) for name, value in stored.settings.items())),
        tuple(sorted(_secrets(stored).items())),
        _("the route “{name}”").format(name=stored.name),
    )


def fill(stored: StoredRoute, provider_key: str, given: Mapping[str, str]) -> None:
    """Put the settings `given` into `stored`; an empty secret keeps the one there is.

    Raises AccountRefused with the setting that is wrong. Kept secrets go to no other provider or
    address than they were typed for.
    """
    provider = PROVIDERS.get(provider_key)
    if provider is None:
        raise AccountRefused(_("MailHub does not know this provider."), field="transport")
    values = {each.name: _checked(each, given.get(each.name, "")) for each in provider.settings}
    settings = {name: value for name, value in values.items() if value and name not in provider.secret_names}
    typed = {name: values[name] for name in provider.secret_names if values[name]}
    kept = _kept(stored, provider, settings, typed)
    secrets = {**kept, **typed}
    for each in provider.settings:
        if each.secret and each.required and each.name not in secrets:
            raise AccountRefused(_("Without it the provider takes no letters."), field=FIELD + each.name)
    stored.provider, stored.settings = provider.key, settings
    stored.secrets = keys.encrypt(json.dumps(secrets), purpose=PURPOSE) if secrets else ""


def note_used(route_name: str) -> None:
    """Remember that the provider took a letter; written once a minute."""
    now = clock.now()
    due = Q(used_at=None) | Q(used_at__lt=now - NOTED_EVERY)
    StoredRoute.objects.filter(due, name=route_name).update(used_at=now)


def _secrets(stored: StoredRoute) -> dict[str, str]:
    if not stored.secrets:
        return {}
    found: dict[str, str] = json.loads(keys.decrypt(stored.secrets, purpose=PURPOSE))
    return found


def _kept(
    stored: StoredRoute, provider: Provider, settings: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, str]:
    """The stored secrets that stay."""
    if stored.provider != provider.key or not stored.secrets:
        return {}
    leads = [each.name for each in provider.settings if each.leads]
    moved = any(settings.get(name, "") != stored.settings.get(name, "") for name in leads)
    kept = {} if moved else _secrets(stored)
    missing = {name for name in _secrets(stored) if name not in typed} if moved else set()
    if missing:
        raise AccountRefused(
            _("Type it again: it was given for another address."), field=FIELD + min(missing)
        )
    return kept


def _checked(setting: Setting, text: str) -> str:
    value = text.strip() or ("" if setting.secret else setting.default)
    field = FIELD + setting.name
    if not value.isprintable() or len(value) > LONGEST:
        raise AccountRefused(_("This holds a line end or another control character."), field=field)
    if setting.required and not setting.secret and not value:
        raise AccountRefused(_("Without it the provider takes no letters."), field=field)
    if setting.choices and value not in dict(setting.choices):
        raise AccountRefused(_("Choose one of the list."), field=field)
    if setting.leads and value:
        _check_address(value, field=field)
    return value


def _check_address(value: str, *, field: str) -> None:
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.query or parts.fragment:
        raise AccountRefused(_("An address of an API looks like https://api.example.org/v3/."), field=field)
    if parts.scheme == "http" and not _is_loopback(host):
        raise AccountRefused(_("MailHub does not send a key unencrypted: use https."), field=field)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

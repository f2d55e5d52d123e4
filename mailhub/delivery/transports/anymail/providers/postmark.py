"""Postmark, https://postmarkapp.com/developer/api/email-api and …/bulk-email."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import (
    Merge,
    Provider,
    Setting,
    api_key,
    api_url,
    as_given,
)
from mailhub.delivery.transports.anymail.verdicts import Kind

# …/developer/api/overview#error-codes: the account may not send, whatever the letter.
_ACCOUNT_CODES = frozenset({10, 100, 400, 401, 405, 412, 413, 1226, 1235})


def _options(settings: Mapping[str, str]) -> dict[str, Any]:
    """Single letters go by the plain API; the bulk API is switched on for merged calls only."""
    return as_given({name: value for name, value in settings.items() if name != "bulk"})


def _judge(status: int, code: str, text: str) -> Kind | None:
    return Kind.ROUTE if code.isdigit() and int(code) in _ACCOUNT_CODES else None


PROVIDER = Provider(
    key="postmark",
    label="Postmark",
    backend="anymail.backends.postmark.EmailBackend",
    settings=(
        api_key("server_token", _("Server API token")),
        Setting(
            "message_stream",
            _("Message stream"),
            required=False,
            help=_("Its ID. Postmark wants marketing letters in a broadcast stream; empty is “outbound”."),
        ),
        Setting(
            "bulk",
            _("Bulk API"),
            required=False,
            choices=(
                ("", _("Letter by letter")),
                ("yes", _("Many letters a call (Postmark switches it on)")),
            ),
        ),
        api_url(),
    ),
    options=_options,
    switches_tracking=True,
    merge=Merge(
        # Mustachio: three braces write a value without escaping it.
        mark=lambda key: f"{{{{{{{key}}}}}}}",
        opening=("{{",),
        most=500,
        only_if=lambda settings: settings.get("bulk") == "yes",
        options={"use_bulk_api": True},
    ),
    judge=_judge,
)

"""Twilio SendGrid, https://www.twilio.com/docs/sendgrid/api-reference/mail-send."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider, api_key, api_url


def _delimited(message: Any) -> None:
    """The key of a value is the whole mark: SendGrid replaces any text that it is told."""
    message.esp_extra["merge_field_format"] = "-{}-"


# At most 1,000 personalizations a request (…/mail-send/errors); substitutions are limited by the bytes
# of one personalization: 10,000 is the lower of the two figures that its documents name.
MERGE = Merge(mark=lambda key: f"-{key}-", opening=(), most=1000, longest=10_000, fill=_delimited)

PROVIDER = Provider(
    key="sendgrid",
    label="SendGrid",
    backend="anymail.backends.sendgrid.EmailBackend",
    settings=(
        api_key(help=_("It needs the right “Mail Send”.")),
        api_url(help=_("https://api.eu.sendgrid.com/v3/ for an account in the EU; else empty.")),
    ),
    switches_tracking=True,
    keeps_message_id=True,
    extra={
        "tracking_settings": {
            "subscription_tracking": {"enable": False},
            "ganalytics": {"enable": False},
        }
    },
    merge=MERGE,
)

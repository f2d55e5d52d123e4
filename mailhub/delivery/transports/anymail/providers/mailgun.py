"""Mailgun, https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider, Setting, api_key, api_url
from mailhub.delivery.transports.anymail.verdicts import Kind

REGIONS = {"us": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"}


def _options(settings: Mapping[str, str]) -> dict[str, Any]:
    url = settings.get("api_url") or REGIONS[settings.get("region") or "us"]
    return {
        "api_key": settings.get("api_key", ""),
        "sender_domain": settings.get("sender_domain") or None,
        "api_url": url,
    }


def _judge(status: int, code: str, text: str) -> Kind | None:
    # Anymail's word for the page that any unknown address of the API answers with, with status 200.
    return Kind.ROUTE if "Invalid Mailgun API endpoint" in text else None


PROVIDER = Provider(
    key="mailgun",
    label="Mailgun",
    backend="anymail.backends.mailgun.EmailBackend",
    settings=(
        api_key(help=_("A sending key of the domain is enough.")),
        Setting(
            "sender_domain",
            _("Sending domain"),
            required=False,
            help=_("As Mailgun knows it; empty for the domain of each letter's sender."),
        ),
        Setting(
            "region",
            _("Region"),
            choices=(("us", _("United States")), ("eu", _("European Union"))),
            default="us",
        ),
        api_url(),
    ),
    options=_options,
    switches_tracking=True,
    keeps_message_id=True,
    merge=Merge(
        mark=lambda key: f"%recipient.{key}%",
        opening=("%recipient", "%unsubscribe", "%tag_unsubscribe", "%mailing_list"),
        most=1000,
    ),
    judge=_judge,
)

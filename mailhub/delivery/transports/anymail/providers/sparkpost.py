"""SparkPost, https://developers.sparkpost.com/api/transmissions/ and …/template-language/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider, Setting, api_key, api_url
from mailhub.delivery.transports.anymail.verdicts import Kind


def _entries(response: Any, addresses: Sequence[str]) -> list[tuple[Kind, str]] | None:
    """Who was refused, where the answer names them; without names a mixed answer stays unknown."""
    results = response.json().get("results", {}) if hasattr(response, "json") else {}
    errors = results.get("rcpt_to_errors")
    if not errors or len(errors) != results.get("total_rejected_recipients"):
        return None
    refused = {str(each.get("email", each.get("rcpt_to", ""))).lower(): each for each in errors}
    return [
        (Kind.REFUSED, str(refused[address.lower()].get("message", "rejected")))
        if address.lower() in refused
        else (Kind.ACCEPTED, str(results.get("id", "")))
        for address in addresses
    ]


def _substituted(message: Any) -> None:
    """A merged letter is the one kind whose braces mean something."""
    message.esp_extra["options"].pop("perform_substitutions")


PROVIDER = Provider(
    key="sparkpost",
    label="SparkPost",
    backend="anymail.backends.sparkpost.EmailBackend",
    settings=(
        api_key(help=_("It needs the right “Transmissions: Read/Write”.")),
        Setting("subaccount", _("Subaccount"), required=False),
        api_url(help=_("https://api.eu.sparkpost.com/api/v1/ for an account in the EU; else empty.")),
    ),
    switches_tracking=True,
    extra={"options": {"perform_substitutions": False}},
    merge=Merge(
        # Three braces write a value without escaping it; keys are letters, digits and underscores.
        mark=lambda key: f"{{{{{{{key}}}}}}}",
        opening=("{{",),
        most=1000,
        fill=_substituted,
    ),
    entries=_entries,
    note=_("SparkPost may put its own List-Unsubscribe header in the place of MailHub's."),
)

"""Amazon SES (API v2) through plain boto3, https://docs.aws.amazon.com/ses/latest/APIReference-V2/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider, Setting, api_key
from mailhub.delivery.transports.anymail.verdicts import Kind

# API_SendEmail.html, section Errors; and the service's common errors.
_CODES = {
    "AccountSuspendedException": Kind.ROUTE,
    "SendingPausedException": Kind.ROUTE,
    "MailFromDomainNotVerifiedException": Kind.ROUTE,
    "NotFoundException": Kind.ROUTE,
    "LimitExceededException": Kind.BUSY,
    "TooManyRequestsException": Kind.BUSY,
    "Throttling": Kind.BUSY,
    "ThrottlingException": Kind.BUSY,
}
# API_BulkEmailEntryResult.html, Status.
_ENTRIES = {
    "SUCCESS": Kind.ACCEPTED,
    "TRANSIENT_FAILURE": Kind.BUSY,
    "ACCOUNT_THROTTLED": Kind.BUSY,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Kind.BUSY,
    "ACCOUNT_SUSPENDED": Kind.ROUTE,
    "ACCOUNT_SENDING_PAUSED": Kind.ROUTE,
    "CONFIGURATION_SET_NOT_FOUND": Kind.ROUTE,
    "CONFIGURATION_SET_SENDING_PAUSED": Kind.ROUTE,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Kind.ROUTE,
}


def _options(settings: Mapping[str, str]) -> dict[str, Any]:
    session = {
        name: settings[name] for name in ("aws_access_key_id", "aws_secret_access_key") if settings.get(name)
    }
    # botocore would send a letter again by itself after a lost answer: two letters to one person.
    config = {"retries": {"total_max_attempts": 1}, "connect_timeout": 10, "read_timeout": 60}
    client: dict[str, Any] = {"config": config, "region_name": settings.get("region_name") or "us-east-1"}
    if settings.get("endpoint_url"):
        client["endpoint_url"] = settings["endpoint_url"]
    return {
        "session_params": session,
        "client_params": client,
        "configuration_set_name": settings.get("configuration_set_name") or None,
    }


def _judge(status: int, code: str, text: str) -> Kind | None:
    # The sender, that is; in the sandbox also a recipient, and then nobody else may be written to either.
    if code == "MessageRejected" and ("not verified" in text or "authority to send" in text):
        return Kind.ROUTE
    return _CODES.get(code)


def _entries(response: Any, addresses: Sequence[str]) -> list[tuple[Kind, str]] | None:
    """The answers of SendBulkEmail come in the order of its entries."""
    results = response.get("BulkEmailEntryResults") if isinstance(response, Mapping) else None
    if results is None or len(results) != len(addresses):
        return None
    return [
        (_ENTRIES.get(each.get("Status"), Kind.REFUSED), each.get("MessageId") or _said(each))
        for each in results
    ]


def _said(entry: Mapping[str, Any]) -> str:
    return " ".join(str(entry[name]) for name in ("Status", "Error") if entry.get(name))


def _inline_template(message: Any) -> None:
    """Anymail's bulk call names a stored template; SES takes the template with the call as well."""
    html = next((content for content, kind in message.alternatives if kind == "text/html"), "")
    content = {"Subject": message.subject, "Text": message.body, "Html": html}
    template = {
        "TemplateContent": {part: text for part, text in content.items() if text},
        "TemplateData": "{}",
    }
    message.template_id = "inline"
    message.esp_extra = {**message.esp_extra, "DefaultContent": {"Template": template}}
    message.subject, message.body, message.alternatives = "", "", []


PROVIDER = Provider(
    key="amazon_ses",
    label="Amazon SES",
    backend="anymail.backends.amazon_ses.EmailBackend",
    settings=(
        Setting("region_name", _("Region"), default="us-east-1", help=_("Like eu-central-1.")),
        Setting(
            "aws_access_key_id",
            _("Access key ID"),
            required=False,
            help=_("Empty for the role of the machine that MailHub runs on."),
        ),
        api_key("aws_secret_access_key", _("Secret access key"), required=False),
        Setting(
            "configuration_set_name", _("Configuration set"), required=False, help=_("Without tracking.")
        ),
        Setting("endpoint_url", _("Endpoint"), required=False, leads=True, help=_("Empty for Amazon's own.")),
    ),
    options=_options,
    keeps_message_id=True,
    calls=4,
    over_http=False,
    merge=Merge(
        # SES does not escape what it fills in, and inline templates know plain substitution only.
        mark=lambda key: f"{{{{{key}}}}}",
        opening=("{{",),
        most=50,
        longest=200_000,
        fill=_inline_template,
        writes=frozenset({"message-id"}),
    ),
    judge=_judge,
    entries=_entries,
)

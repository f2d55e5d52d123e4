"""The providers by name. A new one is one file (or an entry in `others.py`) and one line here."""

from __future__ import annotations

from mailhub.delivery.transports.anymail.providers import (
    amazon_ses,
    mailgun,
    others,
    postmark,
    sendgrid,
    sparkpost,
)
from mailhub.delivery.transports.anymail.providers.shape import Provider

PROVIDERS: dict[str, Provider] = {
    each.key: each
    for each in (
        amazon_ses.PROVIDER,
        mailgun.PROVIDER,
        postmark.PROVIDER,
        sendgrid.PROVIDER,
        sparkpost.PROVIDER,
        *others.PROVIDERS,
    )
}

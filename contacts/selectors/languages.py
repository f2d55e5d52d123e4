"""Which of the languages that MailHub speaks a page or letter to a person is in."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from contacts.models import Contact
from mailhub.delivery.models import Brand


def of(contact: Contact | None, brand: Brand | None) -> str:
    """The contact's language if MailHub speaks it, else the brand's, else English."""
    wanted = [contact.locale if contact else "", brand.language if brand else ""]
    for locale in wanted:
        try:
            if locale:
                return get_supported_language_variant(locale.lower())
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)

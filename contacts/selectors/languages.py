"""Which of the languages that MailHub speaks a page or letter to a person is in."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
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


def choices(locale: str) -> list[tuple[str, str, bool]]:
    """What a person may choose from: (code, name in that language, chosen); their own locale is among it."""
    spoken = [(code, translation.get_language_info(code)["name_local"]) for code, _ in settings.LANGUAGES]
    if locale and locale.lower() not in dict(spoken):
        spoken.append((locale, locale))
    return [(code, name, code == locale.lower() or code == locale) for code, name in spoken]

"""Which of the languages that MailHub speaks a page or letter to a person is in."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_supported_language_variant, trans_real

from contacts.models import Contact
from mailhub.delivery.models import Brand


def of(contact: Contact | None, brand: Brand | None, *, otherwise: str = "") -> str:
    """The contact's language if MailHub speaks it, else `otherwise`, the brand's, English."""
    wanted = [contact.locale if contact else "", otherwise, brand.language if brand else ""]
    return _first_spoken(wanted)


def of_page(request: HttpRequest, contact: Contact | None, brand: Brand | None) -> str:
    """What the reader chose on the page (`?lang=`), else the contact's, the browser's, the brand's language."""
    accepted = trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = [
        request.GET.get("lang", ""),
        contact.locale if contact else "",
        *(code for code, _weight in accepted if code != "*"),
        brand.language if brand else "",
    ]
    return _first_spoken(wanted)


def _first_spoken(wanted: Iterable[str]) -> str:
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

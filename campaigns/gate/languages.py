"""What the languages of a letter are called."""

from __future__ import annotations

from django.utils.translation import get_language_info


def name_of(locale: str) -> str:
    """English for en, in the reader's language; the tag itself when it has no name."""
    try:
        return str(get_language_info(locale.lower())["name_translated"])
    except KeyError:
        return locale

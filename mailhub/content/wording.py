"""Names of languages for people."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

COMMON = ("en", "de", "fr", "es", "it", "nl", "pl", "pt-BR", "sv", "zh-Hans", "zh-Hant", "ja", "ar", "he")


def language_name(locale: str) -> str:
    """“Deutsch (de-AT)”: the language in its own words, with its tag where that says more."""
    tag = locale.lower()
    info = LANG_INFO.get(tag) or LANG_INFO.get(tag.split("-")[0]) or {}
    name = str(info.get("name_local") or locale)
    name = name[:1].upper() + name[1:]
    exact = tag in LANG_INFO or name == locale
    return name if exact else _("%(language)s (%(tag)s)") % {"language": name, "tag": locale}

"""Every link leads somewhere. Nothing is fetched: addresses are judged by how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.content.engine.hrefs import SYSTEM_URLS
from mailhub.content.previewing import PLACEHOLDER_VALUES

FINE = frozenset({"http", "https", "mailto", "tel", "sms"})
OURS = frozenset(str(PLACEHOLDER_VALUES[name]) for name in SYSTEM_URLS)
PRIVATE = ("localhost", ".localhost", ".local", ".internal", ".test", ".invalid", "example.com")


def look(facts: Facts) -> Iterator[Finding]:
    found: dict[str, str] = {}
    good = 0
    for language in facts.languages:
        for address in language.document.links if language.document else ():
            if address in OURS:
                continue
            if wrong := _wrong(address):
                found[address] = wrong
            else:
                good += 1
    for sentence in found.values():
        yield Finding("links", Level.WARN, sentence, Place.EDITOR)
    if good and not found:
        told = ngettext("%(count)d link, well-formed.", "%(count)d links, all well-formed.", good)
        yield Finding("links", Level.PASS, told % {"count": good}, Place.EDITOR)


def _wrong(address: str) -> str:
    """A sentence about a link that leads nowhere; "" for a good one."""
    if not address or address == "#":
        return _("A link leads nowhere: its address is empty.")
    if address.startswith("#"):
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return _("“%(address)s” is no address that can be opened.") % {"address": address[:120]}
    if not parts.scheme:
        return _("“%(address)s” is not complete: in a letter a link begins with https://.") % {
            "address": address[:120]
        }
    if parts.scheme.lower() not in FINE:
        return _("“%(address)s” is no web address; mail programs do not open it.") % {
            "address": address[:120]
        }
    if parts.scheme.lower() in ("http", "https") and (not host or " " in address):
        return _("“%(address)s” is no address that can be opened.") % {"address": address[:120]}
    if host == "127.0.0.1" or host.endswith(PRIVATE):
        return _("“%(address)s” leads to a host that your readers cannot reach.") % {"address": address[:120]}
    return ""

"""Gmail shows all of it: it cuts letters off at 102 kilobytes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

KILOBYTE = 1024
CUT_AT = 102 * KILOBYTE


def look(facts: Facts) -> Iterator[Finding]:
    heaviest = max((language.html_bytes for language in facts.languages), default=0)
    if not heaviest:
        return
    kilobytes = max(round(heaviest / KILOBYTE), 1)
    if heaviest > CUT_AT:
        sentence = _(
            "The letter has %(size)d kB; Gmail cuts it off at 102 kB, with the unsubscribe link behind the cut."
        )
        yield Finding("weight", Level.WARN, sentence % {"size": kilobytes}, Place.EDITOR)
    else:
        sentence = _("The letter has %(size)d kB (Gmail cuts at 102 kB).")
        yield Finding("weight", Level.PASS, sentence % {"size": kilobytes}, Place.EDITOR)

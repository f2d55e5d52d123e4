"""Pictures say in words what they show, for who does not see them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place


def look(facts: Facts) -> Iterator[Finding]:
    pictures = {
        picture
        for language in facts.languages
        if language.document
        for picture in language.document.pictures
        if not picture.is_hidden
    }
    silent = sum(picture.alt is None for picture in pictures)
    if silent:
        sentence = ngettext(
            "%(count)d picture has no text: who does not see it does not know what it shows.",
            "%(count)d pictures have no text: who does not see them does not know what they show.",
            silent,
        )
        yield Finding("alt_texts", Level.WARN, sentence % {"count": silent}, Place.EDITOR)
    elif pictures:
        yield Finding("alt_texts", Level.PASS, _("Every picture says in words what it shows."), Place.EDITOR)

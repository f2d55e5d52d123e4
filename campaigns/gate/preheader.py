"""There is a preview line, of a length that inboxes show."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate import languages
from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

SHOWN = 140


def look(facts: Facts) -> Iterator[Finding]:
    for language in facts.languages:
        locale = language.source.locale
        shown = language.rendered.preheader if language.rendered else language.source.preheader.strip()
        if not shown:
            sentence = _(
                "There is no preview line in %(locale)s: inboxes show the first words of the letter "
                "after the subject."
            )
            yield Finding(
                "preheader", Level.WARN, sentence % {"locale": languages.name_of(locale)}, Place.EDITOR
            )
        elif len(shown) > SHOWN:
            sentence = _("The preview line has %(count)d characters; inboxes show at most %(most)d.")
            numbers = {"count": len(shown), "most": SHOWN}
            yield Finding("preheader", Level.WARN, sentence % numbers, Place.EDITOR)
        else:
            sentence = _("The preview line reads “%(text)s”.") % {"text": shown}
            yield Finding("preheader", Level.PASS, sentence, Place.EDITOR)

"""There is a text part that says something, for who reads no HTML."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

# Less is no more than the footer that every letter has.
FEWEST_WORDS = 5


def look(facts: Facts) -> Iterator[Finding]:
    for language in facts.languages:
        if language.rendered is None or language.document is None:
            continue
        own = bool(language.source.text.strip())
        body = language.source.text if own else language.document.words
        if len(body.split()) < FEWEST_WORDS and not own:
            sentence = _("The letter has hardly any words: who sees no pictures sees nothing.")
            yield Finding("text_part", Level.WARN, sentence, Place.EDITOR)
        else:
            sentence = (
                _("It has a text part of its own.") if own else _("Its text part is made from the letter.")
            )
            yield Finding("text_part", Level.PASS, sentence, Place.EDITOR)
        return

"""Everybody can leave with one click."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place


def look(facts: Facts) -> Iterator[Finding]:
    for language in facts.languages:
        if language.rendered is None:
            continue
        if "unsubscribe_url" in language.source.body:
            sentence = _("The letter has an unsubscribe link.")
        else:
            sentence = _("MailHub adds an unsubscribe link below the letter, which has none of its own.")
        yield Finding("unsubscribing", Level.PASS, sentence, Place.EDITOR)
        return

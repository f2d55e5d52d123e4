"""There is a subject, and a telephone shows all of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate import languages
from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

SHOWN_ON_A_PHONE = 60


def look(facts: Facts) -> Iterator[Finding]:
    for language in facts.languages:
        locale = language.source.locale
        shown = language.rendered.subject if language.rendered else language.source.subject.strip()
        if not shown:
            sentence = _("The letter has no subject in %(locale)s.") % {"locale": languages.name_of(locale)}
            yield Finding("subject", Level.BLOCK, sentence, Place.EDITOR)
        elif len(shown) > SHOWN_ON_A_PHONE:
            sentence = _(
                "The subject has %(count)d characters; telephones show about %(most)d: “%(subject)s”"
            )
            numbers = {"count": len(shown), "most": SHOWN_ON_A_PHONE, "subject": shown}
            yield Finding("subject", Level.WARN, sentence % numbers, Place.EDITOR)
        else:
            sentence = _("The subject reads “%(subject)s”.") % {"subject": shown}
            yield Finding("subject", Level.PASS, sentence, Place.EDITOR)

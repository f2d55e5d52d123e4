"""It says what the letter says now, not what an older version said."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.content.models import LetterVersion


def look(facts: Facts) -> Iterator[Finding]:
    version = facts.campaign.letter_version
    if version is None:
        return
    later = LetterVersion.objects.filter(letter=version.letter_id, number__gt=version.number)
    newest = later.order_by("-number").first()
    if newest is not None:
        sentence = _(
            "The letter has a newer version, %(newest)d; the campaign says what version %(number)d says."
        )
        numbers = {"newest": newest.number, "number": version.number}
        yield Finding("newest", Level.WARN, sentence % numbers, Place.LETTER)

"""Somebody has seen it in an inbox as it is now."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place


def look(facts: Facts) -> Iterator[Finding]:
    if facts.campaign.letter_version is None:
        return
    if facts.tested is None:
        sentence = _("Nobody has looked at a test of this letter yet. Send one to yourself.")
        yield Finding("testing", Level.WARN, sentence, Place.TEST)
    else:
        yield Finding("testing", Level.PASS, _("A test of this letter was sent."), Place.TEST)

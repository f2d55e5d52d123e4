"""The parameters for links are names with texts."""

from __future__ import annotations

from collections.abc import Iterator

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place, refusal
from campaigns.services import checks


def look(facts: Facts) -> Iterator[Finding]:
    if sentence := refusal(checks.has_sound_utm, facts.campaign):
        yield Finding("parameters", Level.BLOCK, sentence, Place.LETTER)

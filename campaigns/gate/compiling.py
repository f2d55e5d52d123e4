"""There is a letter, and it compiles in each of its languages with names that are known."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

# Of a letter that is wrong all over, the first few problems are enough to begin with.
MOST = 5


def look(facts: Facts) -> Iterator[Finding]:
    if facts.campaign.letter_version is None:
        sentence = _("It has no letter yet: choose one.")
        yield Finding("compiling", Level.BLOCK, sentence, Place.LETTER)
        return
    wrong = [
        f"{each.source.locale}: {problem}" if facts.has_several_languages else str(problem)
        for each in facts.languages
        for problem in each.problems
    ]
    for problem in wrong[:MOST]:
        yield Finding("compiling", Level.BLOCK, problem[:1].upper() + problem[1:], Place.EDITOR)
    if len(wrong) > MOST:
        sentence = _("%(count)d more problems in the letter.") % {"count": len(wrong) - MOST}
        yield Finding("compiling", Level.BLOCK, sentence, Place.EDITOR)
    if not wrong:
        count = len(facts.languages)
        sentence = ngettext(
            "The letter is well-formed and names only what is known.",
            "The letter is well-formed in its %(count)d languages and names only what is known.",
            count,
        )
        yield Finding("compiling", Level.PASS, sentence % {"count": count}, Place.EDITOR)

"""No placeholder of another program, and none that was never filled, is left in the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place

# Mailchimp's, Salesforce's, Campaign Monitor's and hand-written ones; braces that Liquid left alone.
PLACEHOLDER = re.compile(
    r"\*\|\w+\|\*|%%\w+%%|%recipient\.\w+%|\[(?:FIRST|LAST|FULL)?_?NAME\]|\[(?:INSERT|YOUR)\b[^\]]{0,40}\]"
    r"|\{\{?\s*(?:first|last|full)?_?name\s*\}\}?|\{(?:first|last)[ _]?name\}|lorem ipsum",
    re.IGNORECASE,
)


def look(facts: Facts) -> Iterator[Finding]:
    for language in facts.languages:
        if language.rendered is None or language.document is None:
            continue
        parts = (language.rendered.subject, language.rendered.preheader, language.document.words)
        left = dict.fromkeys(found for part in parts for found in PLACEHOLDER.findall(part))
        for text in left:
            sentence = _("“%(text)s” stands in the letter as it is: fill it in, or take it out.")
            yield Finding("leftovers", Level.WARN, sentence % {"text": text}, Place.EDITOR)

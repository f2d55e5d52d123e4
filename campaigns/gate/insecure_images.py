"""Pictures come over https: others are not shown by many mail programs."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place


def look(facts: Facts) -> Iterator[Finding]:
    sources = {
        picture.source
        for language in facts.languages
        if language.document
        for picture in language.document.pictures
        if picture.source.lower().startswith("http:")
    }
    for source in sorted(sources):
        sentence = _("The picture %(source)s comes over http; many mail programs show only https.")
        yield Finding("insecure_images", Level.WARN, sentence % {"source": source[:120]}, Place.EDITOR)

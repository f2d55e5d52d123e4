"""Not too many of the people are suppressed: a list that old burns the sender's name."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.web.templatetags import ui

TOO_MANY = 0.20


def look(facts: Facts) -> Iterator[Finding]:
    steps = facts.funnel
    if steps.suppressed_share <= TOO_MANY:
        return
    sentence = _(
        "%(count)s of %(planned)s people (%(percent)d %%) are suppressed and get nothing. "
        "Lists like this hurt your reputation: find out where these addresses came from."
    )
    numbers = {
        "count": ui.count(steps.suppressed),
        "planned": ui.count(steps.planned),
        "percent": round(steps.suppressed_share * 100),
    }
    yield Finding("suppressed", Level.WARN, sentence % numbers, Place.AUDIENCE, steps.suppressed)

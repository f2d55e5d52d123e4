"""The same people did not have another letter shortly before."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from contacts.source import FREQUENCY_CAP
from mailhub.web.templatetags import ui


def look(facts: Facts) -> Iterator[Finding]:
    steps = facts.funnel
    hours = int(FREQUENCY_CAP.total_seconds() // 3600)
    if steps.again:
        sentence = ngettext(
            "%(count)s person had another letter less than %(hours)d hours before it and gets this one too.",
            "%(count)s people had another letter less than %(hours)d hours before it and get this one too.",
            steps.again,
        ) % {"count": ui.count(steps.again), "hours": hours}
        yield Finding("frequency", Level.WARN, sentence, Place.AUDIENCE, steps.again)
    elif steps.capped:
        sentence = ngettext(
            "%(count)s person had another letter less than %(hours)d hours before it and is left out.",
            "%(count)s people had another letter less than %(hours)d hours before it and are left out.",
            steps.capped,
        ) % {"count": ui.count(steps.capped), "hours": hours}
        yield Finding("frequency", Level.WARN, sentence, Place.AUDIENCE, steps.capped)
    elif steps.will_get:
        sentence = _("Nobody of them had another letter in the %(hours)d hours before it.") % {"hours": hours}
        yield Finding("frequency", Level.PASS, sentence, Place.AUDIENCE)

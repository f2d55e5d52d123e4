"""There is somebody who will get it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.web.templatetags import ui


def look(facts: Facts) -> Iterator[Finding]:
    if not facts.campaign.lists.exists():
        return  # The check of lists says so already.
    steps = facts.funnel
    if steps.will_get:
        sentence = ngettext(
            "%(count)s person will get it.", "%(count)s people will get it.", steps.will_get
        ) % {"count": ui.count(steps.will_get)}
        yield Finding("people", Level.PASS, sentence, Place.AUDIENCE, steps.will_get)
    else:
        yield Finding("people", Level.BLOCK, _nobody(facts), Place.AUDIENCE, 0)


def _nobody(facts: Facts) -> str:
    steps = facts.funnel
    if not steps.members:
        return _("There is nobody on these lists. Import people, or choose other lists.")
    reasons = [
        (steps.unconfirmed, _("%(count)s wait for confirmation")),
        (steps.unsubscribed, _("%(count)s unsubscribed")),
        (steps.excluded, _("%(count)s are on a list that is left out")),
        (steps.suppressed, _("%(count)s are suppressed")),
        (steps.expired, _("%(count)s no longer consent")),
        (steps.paused, _("%(count)s asked for a pause")),
        (steps.weekly, _("%(count)s want at most one letter a week, and had one")),
        (steps.capped, _("%(count)s had another letter a short while ago")),
    ]
    told = [text % {"count": ui.count(count)} for count, text in reasons if count]
    return _("Nobody would get it: %(reasons)s.") % {"reasons": ", ".join(told)}

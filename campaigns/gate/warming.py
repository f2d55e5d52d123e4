"""The warm-up of the sending domain has room for the people."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.selectors import limits
from mailhub.web.templatetags import ui


def look(facts: Facts) -> Iterator[Finding]:
    people = facts.funnel.will_get
    found = limits.capacity(
        facts.domain_name, Stream.MARKETING, people, brand_id=facts.campaign.brand_id, now=facts.now
    )
    if found is None:
        return
    words = {
        "domain": facts.domain_name,
        "today": ui.count(found.today),
        "people": ui.count(people),
        "days": found.days,
        "route": found.overflow,
    }
    if found.days <= 1:
        sentence = _("%(domain)s is being warmed up and has room for %(today)s letters today.")
        yield Finding("warming", Level.PASS, sentence % words, Place.DOMAIN)
    elif found.overflow:
        sentence = _(
            "%(domain)s is being warmed up and has room for %(today)s letters today; "
            "the rest of %(people)s leaves by “%(route)s”."
        )
        yield Finding("warming", Level.WARN, sentence % words, Place.DOMAIN, people)
    else:
        sentence = _(
            "%(domain)s is being warmed up and has room for %(today)s letters today: it takes %(days)d days until "
            "all %(people)s have it. Choose fewer people, the most eager ones first, or let it take its time."
        )
        yield Finding("warming", Level.WARN, sentence % words, Place.DOMAIN, people)

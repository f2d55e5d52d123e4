"""Letters leave the house."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import routing


def look(facts: Facts) -> Iterator[Finding]:
    choices = routing.first_choices(Stream.MARKETING, facts.campaign.brand_id)
    if all(choices.values()):
        sentence = _(
            "Nothing leaves: letters go to the capture mailbox, where only staff see them. "
            "Set a route to a mail server when you mean it."
        )
        yield Finding("route", Level.WARN, sentence, Place.ROUTE)
        return
    names = "”, “".join(name for name, captures in choices.items() if not captures)
    if any(choices.values()):
        sentence = _(
            "Letters leave by “%(route)s”, but a rule keeps some of them in the capture mailbox. "
            "Look at the routes if you mean all of them to leave."
        )
        yield Finding("route", Level.WARN, sentence % {"route": names}, Place.ROUTE)
    else:
        sentence = _("Letters leave by “%(route)s”.") % {"route": names}
        yield Finding("route", Level.PASS, sentence, Place.ROUTE)

"""Letters leave the house."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import routing


def look(facts: Facts) -> Iterator[Finding]:
    if Stream.MARKETING in routing.captured_streams():
        sentence = _(
            "Nothing leaves: letters go to the capture mailbox, where only staff see them. "
            "Set a route to a mail server when you mean it."
        )
        yield Finding("route", Level.WARN, sentence, Place.ROUTE)
    else:
        stored = routing.stored_for(Stream.MARKETING)
        name = stored.name if stored else routing.default().name
        sentence = _("Letters leave by “%(route)s”.") % {"route": name}
        yield Finding("route", Level.PASS, sentence, Place.ROUTE)

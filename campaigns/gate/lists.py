"""It goes to lists, and these belong to the brand that it is sent as."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import ngettext

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place, refusal
from campaigns.services import checks


def look(facts: Facts) -> Iterator[Finding]:
    campaign = facts.campaign
    for check in (checks.has_lists, checks.lists_are_of_the_brand):
        if sentence := refusal(check, campaign):
            yield Finding("lists", Level.BLOCK, sentence, Place.AUDIENCE)
            return
    count = campaign.lists.count()
    sentence = ngettext(
        "It goes to one list of the brand.", "It goes to %(count)d lists of the brand.", count
    )
    yield Finding("lists", Level.PASS, sentence % {"count": count}, Place.AUDIENCE)

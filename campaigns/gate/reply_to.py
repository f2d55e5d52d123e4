"""Answers reach somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place, refusal
from campaigns.services import values

MUTE = ("noreply", "no-reply", "donotreply", "do-not-reply")


def look(facts: Facts) -> Iterator[Finding]:
    campaign = facts.campaign
    if wrong := refusal(values.reply_to, campaign.reply_to):
        yield Finding("reply_to", Level.BLOCK, wrong, Place.SENDER)
        return
    answered = campaign.reply_to or campaign.sender_address
    if not answered:
        return
    if answered.partition("@")[0].lower() in MUTE:
        sentence = _("Answers go to %(address)s, which looks as if nobody reads it.")
        yield Finding("reply_to", Level.WARN, sentence % {"address": answered}, Place.SENDER)
    else:
        sentence = _("Answers go to %(address)s.")
        yield Finding("reply_to", Level.PASS, sentence % {"address": answered}, Place.SENDER)

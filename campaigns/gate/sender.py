"""It has a sender that may be used. DNS is not asked here: what the last check of the domain found counts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place, refusal
from campaigns.services import values
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import routing


def look(facts: Facts) -> Iterator[Finding]:
    campaign = facts.campaign
    if not campaign.sender_address:
        yield Finding("sender", Level.BLOCK, _("It has no sender yet: say whom it is from."), Place.SENDER)
        return
    wrong = refusal(values.sender_address, campaign.sender_address)
    if wrong := wrong or refusal(values.sender_name, campaign.sender_name):
        yield Finding("sender", Level.BLOCK, wrong, Place.SENDER)
        return
    yield _domain(facts)


def _domain(facts: Facts) -> Finding:
    name, domain = {"domain": facts.domain_name}, facts.domain
    if domain is not None and domain.verified_at is not None:
        sentence = _("%(domain)s is verified: letters from it are signed.")
        return Finding("sender", Level.PASS, sentence % name, Place.DOMAIN)
    if facts.campaign.allow_unverified:
        sentence = _(
            "%(domain)s is not verified. For a trial this is let through, but mailbox providers "
            "may refuse such letters or put them into spam."
        )
        return Finding("sender", Level.WARN, sentence % name, Place.DOMAIN)
    # While nothing leaves, a trial is what somebody most likely wants; else the domain's records.
    captured = routing.captures(Stream.MARKETING, facts.campaign.brand_id)
    place = Place.SENDER if captured else Place.DOMAIN
    if domain is None:
        sentence = _(
            "%(domain)s is not a sending domain yet. Add it under Settings → Domains and publish its DNS "
            "records, or tick “For a trial” below the sender."
        )
        return Finding("sender", Level.BLOCK, sentence % name, place)
    sentence = _("%(domain)s is not verified. %(problem)s For a trial, tick “For a trial” below the sender.")
    problem = domain.problem or _("Publish its DNS records and have them checked.")
    return Finding("sender", Level.BLOCK, sentence % {**name, "problem": problem}, place)

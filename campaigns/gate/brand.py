"""The brand has a postal address to show, as the law wants."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place, refusal
from campaigns.services import checks


def look(facts: Facts) -> Iterator[Finding]:
    brand = facts.campaign.brand
    if refusal(checks.has_postal_address, facts.campaign):
        sentence = _(
            "The brand “%(brand)s” has no postal address, which the law wants in every marketing letter. "
            "Write it into the brand's settings."
        )
        yield Finding("brand", Level.BLOCK, sentence % {"brand": brand.name}, Place.BRAND)
    else:
        sentence = _("The letter shows the postal address of “%(brand)s”.")
        yield Finding("brand", Level.PASS, sentence % {"brand": brand.name}, Place.BRAND)

"""SPF, DKIM and DMARC speak for the From domain, by what the last look at DNS found."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from mailhub.delivery.services import dns_checks
from mailhub.delivery.services.dns_records import Kind
from mailhub.delivery.services.dns_verdicts import OK

# What mailbox providers ask of bulk senders; SPF is held against the return path (RFC 7208 section 2.4).
ASKED_FOR = {Kind.DKIM: "DKIM", Kind.RETURN_SPF: "SPF", Kind.DMARC: "DMARC"}


def look(facts: Facts) -> Iterator[Finding]:
    domain = facts.domain
    if domain is None or domain.checked_at is None:
        return  # The check of the sender says what to do.
    good = []
    for found in dns_checks.report(domain).findings:
        if found.kind not in ASKED_FOR:
            continue
        if found.verdict.state == OK:
            good.append(ASKED_FOR[found.kind])
        else:
            sentence = _("%(name)s of %(domain)s: %(problem)s") % {
                "name": ASKED_FOR[found.kind],
                "domain": domain.name,
                "problem": found.verdict.sentence,
            }
            yield Finding("authentication", Level.WARN, sentence, Place.DOMAIN)
    if good:
        sentence = _("%(names)s of %(domain)s: right at the last look.")
        names = ", ".join(dict.fromkeys(good))
        yield Finding(
            "authentication", Level.PASS, sentence % {"names": names, "domain": domain.name}, Place.DOMAIN
        )

"""The pre-send gate: what is fine, worth a look, or to be mended before a campaign may leave."""

from __future__ import annotations

from datetime import datetime

from campaigns.gate.facts import Facts
from campaigns.gate.findings import Finding, Level, Place
from campaigns.gate.registry import CHECKS
from campaigns.models import Campaign
from mailhub.lib import clock
from mailhub.lib.errors import UserError

__all__ = ["Blocked", "Finding", "Level", "Place", "blocks", "require", "run"]


class Blocked(UserError):
    """The campaign may not be sent as it is; `findings` are what blocks it, its text one sentence each."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(finding.sentence for finding in findings))


def run(
    campaign: Campaign, *, now: datetime | None = None, at: datetime | None = None, outdated: bool = False
) -> list[Finding]:
    """Every finding of every check, in the order of the registry. Asks no DNS and fetches nothing.

    A launch refuses nothing that this does not block; it may look at DNS once more. `at` is the later
    moment that it is to be sent at. `outdated` goes by the last count of the people rather than wait for a
    slow one.
    """
    facts = Facts(campaign, now=now or clock.now(), at=at, outdated=outdated)
    return [finding for look in CHECKS for finding in look(facts)]


def blocks(findings: list[Finding]) -> list[Finding]:
    """Those that stand in the way."""
    return [finding for finding in findings if finding.level is Level.BLOCK]


def require(campaign: Campaign, *, now: datetime, at: datetime | None = None) -> None:
    """Raises Blocked when anything stands in the way of sending it now, or `at` a later moment."""
    if standing := blocks(run(campaign, now=now, at=at)):
        raise Blocked(standing)

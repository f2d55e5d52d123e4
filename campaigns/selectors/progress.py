"""How far a campaign has come, in the figures that must add up."""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import finding
from mailhub.delivery.selectors import balance


@dataclass(frozen=True, slots=True)
class Progress:
    """planned = waiting + deferred + sent + failed + skipped + uncertain + cancelled, in rows.

    `waiting` is what a worker may take now. `seconds` run from the launch to the moment at which the
    last row was settled; None before that.
    """

    id: int
    name: str
    state: CampaignState
    pause_reason: str
    planned: int = 0
    waiting: int = 0
    deferred: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    cancelled: int = 0
    seconds: float | None = None

    @property
    def queued(self) -> int:
        """Not settled yet: waiting, with a sender, or to be tried again."""
        return self.waiting + self.deferred

    def as_json(self) -> dict[str, int | str | float | None]:
        """The object that the commands print for --json."""
        return {
            "id": self.id,
            "state": self.state.value,
            "planned": self.planned,
            "queued": self.queued,
            "sent": self.sent,
            "failed": self.failed,
            "skipped": self.skipped,
            "uncertain": self.uncertain,
            "cancelled": self.cancelled,
            "seconds": self.seconds,
        }


def read(campaign_id: int) -> Progress:
    """The campaign's figures now; zeros before its launch. Raises finding.UnknownCampaign."""
    campaign = finding.campaign(campaign_id)
    about = (campaign.pk, campaign.name, CampaignState(campaign.state), campaign.pause_reason)
    if campaign.dispatch_id is None:
        return Progress(*about)
    rows = balance.balance(campaign.dispatch_id)
    return Progress(
        *about,
        planned=rows.planned,
        waiting=rows.queued + rows.claimed,
        deferred=rows.deferred,
        sent=rows.sent,
        failed=rows.failed,
        skipped=rows.skipped,
        uncertain=rows.uncertain,
        cancelled=rows.cancelled,
        seconds=None if rows.open else _seconds(campaign),
    )


def _seconds(campaign: Campaign) -> float | None:
    settled_at = campaign.dispatch.settled_at if campaign.dispatch else None
    if settled_at is None or campaign.launched_at is None:
        return None
    return round((settled_at - campaign.launched_at).total_seconds(), 3)

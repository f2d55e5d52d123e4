"""The campaigns room's tables."""

from campaigns.models.campaigns import Campaign, CampaignState

__all__ = ["Campaign", "CampaignState"]

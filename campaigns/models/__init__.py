"""The campaigns room's tables."""

from campaigns.models.campaigns import Campaign, CampaignState, TestLetter

__all__ = ["Campaign", "CampaignState", "TestLetter"]

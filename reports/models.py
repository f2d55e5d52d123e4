"""What is counted ahead of being asked for: rollups that can be thrown away and counted anew."""

from __future__ import annotations

from django.db import models


class CampaignFigures(models.Model):
    """A launched campaign's report as it was last counted, with what overviews add up in columns of its own."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    launched_at = models.DateTimeField(db_index=True)
    planned_count = models.PositiveBigIntegerField(default=0)
    sent_count = models.PositiveBigIntegerField(default=0)
    captured_count = models.PositiveBigIntegerField(
        default=0, help_text="Of those sent, how many the capture mailbox kept: they have left for nobody."
    )
    failed_count = models.PositiveBigIntegerField(default=0)
    uncertain_count = models.PositiveBigIntegerField(default=0)
    measured_count = models.PositiveBigIntegerField(
        default=0, help_text="Of those sent, how many could be seen to be opened: the base of rates."
    )
    opened_count = models.PositiveBigIntegerField(default=0, help_text="People, by human events.")
    clicked_count = models.PositiveBigIntegerField(default=0, help_text="People, by human events.")
    machine_opened_count = models.PositiveBigIntegerField(default=0)
    unsubscribed_count = models.PositiveBigIntegerField(default=0)
    complained_count = models.PositiveBigIntegerField(default=0)
    bounced_count = models.PositiveBigIntegerField(default=0)
    report = models.JSONField(default=dict, help_text="What selectors.campaign_report.report answered.")
    curve = models.JSONField(
        default=list, help_text="People who had opened, and clicked, by hour since launch."
    )
    is_stale = models.BooleanField(default=False, help_text="Something has happened since it was counted.")
    counted_at = models.DateTimeField()
    took_seconds = models.FloatField(default=0)

    @property
    def delivered_count(self) -> int:
        """Letters that left."""
        return self.sent_count - self.captured_count

    @property
    def is_captured(self) -> bool:
        """Whether none of the letters has left."""
        return 0 < self.sent_count <= self.captured_count

    @property
    def rate_base(self) -> int:
        """What opens and clicks are held against; 0 = there is no rate."""
        return 0 if self.captured_count else self.measured_count

    def __str__(self) -> str:
        return f"{self.campaign_id} at {self.counted_at:%Y-%m-%d %H:%M:%S}"


class DailyGrowth(models.Model):
    """Acts of joining and leaving a list on one day (UTC)."""

    date = models.DateField(primary_key=True)
    joined_count = models.PositiveBigIntegerField(default=0)
    left_count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.date} +{self.joined_count} −{self.left_count}"


class Mark(models.Model):
    """How far a rollup has read: everything up to the row `position` of its source is counted."""

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"

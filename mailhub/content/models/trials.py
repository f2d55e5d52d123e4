"""TestLetter: that somebody sent a letter to a few addresses to look at it."""

from __future__ import annotations

from django.db import models

from mailhub.content.models.letter import Letter
from mailhub.lib import clock


class TestLetter(models.Model):
    """One test sending. Dispatch and contact are plain numbers: both live in rooms above."""

    __test__ = False  # no test case, though its name begins like one

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="tests")
    locale = models.CharField(max_length=35)
    reader_key = models.CharField(
        max_length=40, blank=True, default="", help_text="Whose data it was written with."
    )
    reader_label = models.CharField(max_length=300, blank=True, default="")
    dispatch_id = models.BigIntegerField(null=True, blank=True)
    sent_by = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["letter", "-id"], name="test_of_letter")]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.locale} at {self.created_at:%Y-%m-%d %H:%M}"

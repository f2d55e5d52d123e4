"""What the capture mailbox keeps in place of sending it."""

from __future__ import annotations

from django.db import models


class CapturedLetter(models.Model):
    """One letter, exactly as a server would have received it."""

    dispatch_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    mail_from = models.CharField(max_length=320)
    rcpt_to = models.CharField(max_length=320)
    sender = models.CharField(max_length=400, blank=True, default="", help_text="Its From, as shown.")
    subject = models.TextField(blank=True, default="")
    raw = models.BinaryField()
    size_bytes = models.PositiveIntegerField(default=0)
    captured_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["rcpt_to"], name="captured_letter_recipient"),
            # What there is can be added up without reading the letters themselves.
            models.Index(fields=["id", "size_bytes"], name="captured_letter_size"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.rcpt_to}"

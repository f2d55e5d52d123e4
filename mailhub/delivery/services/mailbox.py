"""Keeps the capture mailbox at its size: the newest letters stay, older ones go."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from mailhub.delivery.models import CapturedLetter
from mailhub.lib import sql

PACKAGE = "mailhub.delivery"
MOST_BYTES = 250_000_000


def prune() -> int:
    """Delete what is beyond MAILHUB_CAPTURE_LIMIT letters or 250 MB, the oldest first; how many."""
    oldest = sql.rows(
        PACKAGE,
        "find_oldest_kept_letter",
        {"most_letters": settings.MAILHUB_CAPTURE_LIMIT, "most_bytes": MOST_BYTES},
    )[0]["id"]
    if oldest is None:
        return 0
    return _delete(CapturedLetter.objects.filter(pk__lt=oldest))


def empty() -> int:
    """Delete every captured letter; how many."""
    return _delete(CapturedLetter.objects.all())


def _delete(letters: QuerySet[CapturedLetter]) -> int:
    # Nothing refers to them: one statement, without their bytes being read first.
    return letters._raw_delete(letters.db)

"""Takes a person out of the test letters that were written with their data."""

from __future__ import annotations

from collections.abc import Collection

from mailhub.content.models import TestLetter


def forget(words: Collection[str]) -> None:
    """No test letter names anybody by one of these words."""
    for word in words:
        TestLetter.objects.filter(reader_label__icontains=word).update(reader_label="", reader_key="")

"""The capture mailbox keeps to its size."""

from __future__ import annotations

from typing import Any

import pytest

from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.services import mailbox
from mailhub.lib import sql

pytestmark = pytest.mark.django_db


def capture(count: int, *, size_bytes: int = 10) -> list[int]:
    made = CapturedLetter.objects.bulk_create(
        CapturedLetter(
            dispatch_id=1, message_id=number, mail_from="a@example.org", rcpt_to="b@example.org",
            raw=b"x", size_bytes=size_bytes,
        )
        for number in range(count)
    )  # fmt: skip
    return [letter.pk for letter in made]


def test_the_newest_letters_stay(settings: Any) -> None:
    settings.MAILHUB_CAPTURE_LIMIT = 3
    ids = capture(5)
    assert mailbox.prune() == 2
    assert list(CapturedLetter.objects.order_by("id").values_list("id", flat=True)) == ids[2:]
    assert mailbox.prune() == 0


def test_large_letters_leave_room_for_fewer() -> None:
    ids = capture(3, size_bytes=mailbox.MOST_BYTES // 2)
    assert mailbox.prune() == 1
    assert list(CapturedLetter.objects.order_by("id").values_list("id", flat=True)) == ids[1:]


def test_an_empty_mailbox_is_left_alone() -> None:
    assert (mailbox.prune(), mailbox.empty()) == (0, 0)


def test_emptying_says_how_many_went() -> None:
    capture(4)
    assert mailbox.empty() == 4
    assert not CapturedLetter.objects.exists()


def test_the_statement_names_its_columns() -> None:
    parameters = {"most_letters": 5, "most_bytes": 5}
    assert sql.rows("mailhub.delivery", "find_oldest_kept_letter", parameters) == [{"id": None}]

"""The words of other products never raise consent, and the strictest of them wins."""

from __future__ import annotations

import pytest

from contacts.importing import statuses
from contacts.importing.statuses import Standing


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("subscribed", Standing.SUBSCRIBED),
        ("Active", Standing.SUBSCRIBED),
        ("enabled", Standing.SUBSCRIBED),
        ("opted-in", Standing.SUBSCRIBED),
        ("已订阅", Standing.SUBSCRIBED),
        ("NEVER_SUBSCRIBED", Standing.NEVER),
        ("unconfirmed", Standing.NEVER),
        ("pending", Standing.NEVER),
        ("", Standing.NEVER),
        ("Unsubscribed", Standing.UNSUBSCRIBED),
        ("opted out", Standing.UNSUBSCRIBED),
        ("optedOut", Standing.UNSUBSCRIBED),
        ("disabled", Standing.UNSUBSCRIBED),
        ("abgemeldet", Standing.UNSUBSCRIBED),
        ("退订", Standing.UNSUBSCRIBED),
        ("blocklisted", Standing.MANUAL),
        ("blacklisted", Standing.MANUAL),
        ("cleaned", Standing.HARD_BOUNCE),
        ("bounced", Standing.HARD_BOUNCE),
        ("complained", Standing.COMPLAINT),
        ("spam", Standing.COMPLAINT),
        ("gold", None),
    ],
)
def test_status_words_are_understood(word: str, standing: Standing | None) -> None:
    assert statuses.of_word(word) == standing


@pytest.mark.parametrize(
    ("cell", "standing"),
    [
        ("SUBSCRIBED", Standing.SUBSCRIBED),
        ("UNSUBSCRIBED", Standing.UNSUBSCRIBED),
        ("NEVER_SUBSCRIBED", Standing.NEVER),
        ("yes", Standing.SUBSCRIBED),
        ("1", Standing.SUBSCRIBED),
        ("2024-05-06 07:08:09", Standing.SUBSCRIBED),
        ("['email', 'web']", None),
        ("['email']", Standing.SUBSCRIBED),
        ("no", Standing.NEVER),
        ("FALSE", Standing.NEVER),
        ("", Standing.NEVER),
        ("[]", Standing.NEVER),
        ("perhaps", None),
    ],
)
def test_columns_that_say_yes(cell: str, standing: Standing | None) -> None:
    assert statuses.of_consent(cell) == standing


@pytest.mark.parametrize(
    ("cell", "standing"),
    [
        ("", None),
        ("0", None),
        ("false", None),
        ("[]", None),
        ("yes", Standing.MANUAL),
        ("2024-05-06 07:08:09", Standing.MANUAL),
        ("['USER_SUPPRESSED']", Standing.MANUAL),
        ("['USER_SUPPRESSED', 'HARD_BOUNCE']", Standing.HARD_BOUNCE),
        ("UNSUBSCRIBED", Standing.UNSUBSCRIBED),
        ("SPAM_COMPLAINT", Standing.COMPLAINT),
    ],
)
def test_columns_that_say_no(cell: str, standing: Standing | None) -> None:
    assert statuses.of_withdrawal(cell, otherwise=Standing.MANUAL) == standing


def test_a_passing_bounce_says_nothing() -> None:
    assert statuses.of_withdrawal("Soft bounce", otherwise=Standing.HARD_BOUNCE) is None


def test_every_suppressing_standing_has_deliverys_reason() -> None:
    assert [standing.reason for standing in Standing if standing.suppresses] == [
        "manual",
        "invalid",
        "hard_bounce",
        "complaint",
    ]

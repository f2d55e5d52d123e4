"""Why letters did not leave, in words."""

from __future__ import annotations

import pytest

from campaigns.selectors import reasons


@pytest.mark.parametrize(
    ("state", "reason", "reply", "words"),
    [
        ("failed", "bounced", "550 5.1.1 no", "the mailbox does not exist (550 5.1.1)"),
        ("deferred", "deferred", "452 4.2.2 fu", "the mailbox is full (452 4.2.2)"),
        ("deferred", "deferred", "421 slow dow", "the server is busy or slows us down (421)"),
        ("deferred", "deferred", "", "to be tried again"),
        ("failed", "refused", "571 5.9.9 od", "the server refused the letter (571 5.9.9)"),
        ("failed", "cannot_render", "first_name i", "the letter could not be written for them"),
        ("skipped", "capped", "", "had another letter a short while ago"),
        ("skipped", "paused", "", "asked for a pause"),
        ("skipped", "something_new", "", "something new"),
        ("uncertain", "no_answer", "", "the server took the letter, and its answer got lost"),
    ],
)
def test_a_reason_is_told_with_the_servers_code(state: str, reason: str, reply: str, words: str) -> None:
    assert reasons.words(state, reason, reply) == words

"""What a reply means, by stage and code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailhub.delivery.contracts import Verdict
from mailhub.delivery.transports import replies
from mailhub.delivery.transports.replies import Reply, Stage
from mailhub.lib import clock

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
BEFORE = [Stage.MAIL, Stage.RCPT, Stage.DATA]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (421, Verdict.DEFERRED),
        (450, Verdict.DEFERRED),
        (452, Verdict.DEFERRED),
        (550, Verdict.REFUSED),
        (554, Verdict.REFUSED),
    ],
)
def test_4xx_defers_and_5xx_refuses_at_every_stage(stage: Stage, code: int, verdict: Verdict) -> None:
    assert replies.verdict(stage, code) == verdict


@pytest.mark.parametrize("code", [-1, 0, 199, 354, 666])
def test_nonsense_is_definite_before_the_content_and_doubt_after_it(code: int) -> None:
    assert {replies.verdict(stage, code) for stage in BEFORE} == {Verdict.DEFERRED}
    assert replies.verdict(Stage.CONTENT, code) == Verdict.UNKNOWN


def test_a_letter_is_accepted_only_after_its_content() -> None:
    assert replies.verdict(Stage.CONTENT, 250) == Verdict.ACCEPTED
    assert replies.verdict(Stage.DATA, 250) == Verdict.DEFERRED


def test_only_the_right_digit_goes_on() -> None:
    assert replies.goes_on(Stage.MAIL, 250)
    assert replies.goes_on(Stage.RCPT, 251)
    assert replies.goes_on(Stage.DATA, 354)
    assert not replies.goes_on(Stage.DATA, 250)
    assert not replies.goes_on(Stage.CONTENT, 250)


def test_a_reply_of_several_lines_becomes_one() -> None:
    read = replies.read(550, [b"5.1.1 No such user", b"5.1.1 here;", b"5.1.1   see https://example.com"])
    assert read == Reply(550, "5.1.1", "550 5.1.1 No such user here; see https://example.com")


def test_a_reply_in_no_known_encoding_is_still_text_of_a_bounded_length() -> None:
    read = replies.read(554, [b"caf\xe9\x00 " + b"x" * 1000])
    assert read.enhanced == ""
    assert len(read.text) == 300
    assert "\x00" not in read.text


def test_an_empty_reply_is_its_code() -> None:
    assert replies.read(250, [b""]) == Reply(250, "", "250")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 No such user", "mailbox_gone"),
        ("550 5.1.10 Null MX", "mailbox_gone"),
        ("450 4.1.1 Not now", "unknown"),
        ("552 5.2.2 Full", "mailbox_full"),
        ("452 4.2.2 Full", "mailbox_full"),
        ("552 Full", "mailbox_full"),
        ("450 4.2.0 Greylisted, come again", "greylisted"),
        ("451 4.7.1 Greylisting in action", "greylisted"),
        ("421 4.7.0 Slow down", "throttled"),
        ("451 4.7.500 Server busy", "throttled"),
        ("452 4.3.1 Out of memory", "throttled"),
        ("451 Later", "throttled"),
        ("550 5.7.1 Not you", "policy"),
        ("554 5.7.26 Unauthenticated", "policy"),
        ("552 5.3.4 Too large", "content"),
        ("554 5.6.0 Bad content", "content"),
        ("530 5.7.0 Log in first", "route"),
        ("553 5.1.8 Bad sender", "route"),
        ("503 5.5.1 Bad sequence", "route"),
        ("550 5.4.1 No answer from host", "unreachable"),
        ("550 No", "unknown"),
        ("250 2.0.0 Ok", ""),
    ],
)
def test_a_refusal_says_what_it_is_about(reply: str, kind: str) -> None:
    code, _blank, words = reply.partition(" ")
    assert replies.kind(Stage.RCPT, replies.read(int(code), [words.encode()])) == kind


def test_a_refused_sender_is_never_the_recipients_end() -> None:
    reply = replies.read(550, [b"5.1.1 Sender unknown"])
    assert replies.kind(Stage.MAIL, reply) == "route"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("450 4.2.0 <bo@a.test>: Greylisted for 5 minutes", 300),
        ("451 4.7.1 Greylisting in action, please come back in 00:15:00", 900),
        ("450 4.7.1 Please try again in 600 seconds", 600),
        ("421 4.3.2 Too busy, retry after 1 hour", 3600),
        ("451 4.7.1 Try again later", None),
        ("451 4.7.1 More than 100 letters in 60 minutes", None),
        ("450 4.2.0 Greylisted, see http://a.test/help/10.html", None),
        ("450 4.2.1 Back in 5 months", None),
    ],
)
def test_a_deferral_may_say_when_to_come_again(words: str, seconds: int | None) -> None:
    reply = replies.read(int(words[:3]), [words[4:].encode()])
    with clock.frozen(NOON):
        found = replies.outcome(1, Stage.RCPT, reply).again_at
    assert found == (None if seconds is None else NOON + timedelta(seconds=seconds))


def test_a_refusal_names_no_time() -> None:
    reply = replies.read(550, [b"5.7.1 Do not try again in 600 seconds"])
    assert replies.outcome(1, Stage.RCPT, reply).again_at is None

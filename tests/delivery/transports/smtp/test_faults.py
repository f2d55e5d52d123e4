"""A server that fails at every stage in every way: each letter's outcome is right, and none is sent twice.

Six letters go over one connection; the third meets the fault. Whatever happens to it, the outcome has to
agree with what the server has really taken, and the others arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from mailhub.delivery.contracts import Envelope, Outcome, Verdict
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from tests.delivery.transports.letters import envelope, envelopes
from tests.delivery.transports.scripted import (
    DROP,
    DROP_IN_CONTENT,
    GOOD,
    SILENCE,
    Arrival,
    ScriptedServer,
)

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., SmtpTransport]

FEATURES = ["SIZE 1000000", "8BITMIME", "SMTPUTF8"]
LETTERS = 6
STRUCK = 3
# Only the stage that is silent has to wait for the whole of it.
IMPATIENT = Timeouts(connect=5, greeting=5, mail=1, rcpt=1, data=1, content=1, final=1, quit=1)

pipelined = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "step-by-step"])


def features(pipelining: bool) -> list[str]:
    return [*FEATURES, "PIPELINING"] if pipelining else FEATURES


def at_the_third(stage: str, fault: str) -> dict[str, list[str]]:
    """A script by which the third letter meets `fault`."""
    return {stage: [GOOD[stage]] * (STRUCK - 1) + [fault]}


def check_the_truth(server: ScriptedServer, outcomes: list[Outcome], *, doubtful: set[int]) -> None:
    """ACCEPTED letters arrived exactly once, definite others never, and only `doubtful` ones are unknown."""
    taken = Counter(arrival.rcpt for arrival in server.arrivals)
    assert [outcome.message_id for outcome in outcomes] == list(range(1, LETTERS + 1))
    for outcome in outcomes:
        count = taken[f"RCPT TO:<bo{outcome.message_id}@example.com>"]
        if outcome.verdict is Verdict.UNKNOWN:
            assert outcome.message_id in doubtful
            assert count <= 1
        else:
            assert count == (outcome.verdict is Verdict.ACCEPTED), outcome


@pipelined
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("450 4.2.0 Later", Verdict.DEFERRED),
        ("452 4.2.2 Full", Verdict.DEFERRED),
        ("550 5.1.1 Nobody", Verdict.REFUSED),
        ("554-5.7.1 Not\r\n554 5.7.1 wanted", Verdict.REFUSED),
    ],
)
def test_a_refusal_settles_its_own_letter_over_the_same_connection(
    serve: Serve, transport_to: Connect, pipelining: bool, stage: str, reply: str, verdict: Verdict
) -> None:
    server = serve(features=features(pipelining), script=at_the_third(stage, reply))
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert (outcomes[2].verdict, outcomes[2].code) == (verdict, int(reply[:3]))
    assert {outcome.verdict for outcome in outcomes if outcome.message_id != STRUCK} == {Verdict.ACCEPTED}
    assert server.connection_count == 1


@pipelined
@pytest.mark.parametrize(
    ("stage", "verdict"),
    [
        ("MAIL", Verdict.ACCEPTED),  # over a new connection: nothing had been said of it
        ("RCPT", Verdict.DEFERRED),
        ("DATA", Verdict.DEFERRED),
        ("CONTENT", Verdict.DEFERRED),
    ],
)
def test_421_closes_the_connection_at_every_stage(
    serve: Serve, transport_to: Connect, pipelining: bool, stage: str, verdict: Verdict
) -> None:
    server = serve(features=features(pipelining), script=at_the_third(stage, "421 4.3.2 Closing"))
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert outcomes[2].verdict is verdict
    assert {outcome.verdict for outcome in outcomes if outcome.message_id != STRUCK} == {Verdict.ACCEPTED}
    assert server.connection_count == 2


@pipelined
@pytest.mark.parametrize("fault", [DROP, "rubbish", "9999 What", "250", "25", "x" * 5000, "199 Hm"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "CONTENT"])
def test_a_lost_or_mad_connection_leaves_doubt_only_once_content_was_written(
    serve: Serve, transport_to: Connect, pipelining: bool, stage: str, fault: str
) -> None:
    server = serve(features=features(pipelining), script=at_the_third(stage, fault))
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful={STRUCK} if stage == "CONTENT" else set())
    assert {outcome.verdict for outcome in outcomes if outcome.message_id != STRUCK} == {Verdict.ACCEPTED}


@pipelined
def test_a_connection_lost_inside_a_letter_leaves_doubt(
    serve: Serve, transport_to: Connect, pipelining: bool
) -> None:
    server = serve(features=features(pipelining), script=at_the_third("DATA", DROP_IN_CONTENT))
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful={STRUCK})
    assert [outcome.verdict for outcome in outcomes].count(Verdict.UNKNOWN) == 1
    assert outcomes[2].reply == "The connection was lost at the end of the letter."


@pipelined
@pytest.mark.parametrize(
    ("stage", "verdict"),
    [("MAIL", Verdict.ACCEPTED), ("RCPT", Verdict.DEFERRED), ("DATA", Verdict.DEFERRED)],
)
def test_silence_before_the_content_gives_the_connection_up(
    serve: Serve, transport_to: Connect, pipelining: bool, stage: str, verdict: Verdict
) -> None:
    server = serve(features=features(pipelining), script=at_the_third(stage, SILENCE))
    outcomes = transport_to(server, timeouts=IMPATIENT).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert outcomes[2].verdict is verdict


@pipelined
def test_silence_after_the_letter_leaves_doubt(serve: Serve, transport_to: Connect, pipelining: bool) -> None:
    server = serve(features=features(pipelining), script=at_the_third("CONTENT", SILENCE))
    outcomes = transport_to(server, timeouts=IMPATIENT).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful={STRUCK})
    assert outcomes[2].reply == "The server did not answer in time at the end of the letter."


@pipelined
def test_replies_byte_by_byte_are_read_as_if_they_came_at_once(
    serve: Serve, transport_to: Connect, pipelining: bool
) -> None:
    script = at_the_third("RCPT", "550-5.1.1 No\r\n550 5.1.1 body")
    server = serve(features=features(pipelining), script=script, chops=True)
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert outcomes[2].reply == "550 5.1.1 No body"


@pipelined
@pytest.mark.parametrize(
    ("stage", "extra"),
    [
        ("MAIL", "250 Once more"),
        ("RCPT", "250 Once more"),
        ("DATA", "250 Early"),
        ("CONTENT", "250 Once more"),
    ],
)
def test_a_reply_too_many_settles_no_letter_wrongly(
    serve: Serve, transport_to: Connect, pipelining: bool, stage: str, extra: str
) -> None:
    """After the end of a letter the extra reply seems to be the next one's: that one is then put off."""
    server = serve(features=features(pipelining), script=at_the_third(stage, f"{GOOD[stage]}\r\n{extra}"))
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    put_off = [outcome.message_id for outcome in outcomes if outcome.verdict is Verdict.DEFERRED]
    assert put_off == [STRUCK + 1 if stage == "CONTENT" else STRUCK]


def test_a_server_that_pipelines_oddly_is_asked_step_by_step_from_then_on(
    serve: Serve, transport_to: Connect
) -> None:
    server = serve(features=features(True), script=at_the_third("RCPT", "250 Ok\r\n250 Ok"))
    transport_to(server).send(envelopes(LETTERS))
    sent_before = server.commands.index("EHLO [127.0.0.1]", 1)
    assert "RCPT TO:<bo4@example.com>" not in server.commands[:sent_before]
    assert {arrival.connection for arrival in server.arrivals[2:]} == {2}


def test_a_letter_to_nobody_that_the_server_waits_for_is_ended_by_a_lone_dot(
    serve: Serve, transport_to: Connect
) -> None:
    """RFC 2920 section 3.1: DATA may be answered with 354 although no recipient was taken."""
    script = at_the_third("RCPT", "550 5.1.1 Nobody")
    server = serve(features=features(True), script=script, lax=True)
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert (outcomes[2].verdict, outcomes[2].code) == (Verdict.REFUSED, 550)
    assert server.connection_count == 1


def test_a_recipient_taken_after_a_refused_sender_is_no_answer_to_trust(
    serve: Serve, transport_to: Connect
) -> None:
    server = serve(features=features(True), script=at_the_third("MAIL", "550 5.7.1 No"), lax=True)
    outcomes = transport_to(server).send(envelopes(LETTERS)).outcomes
    check_the_truth(server, outcomes, doubtful=set())
    assert outcomes[2].verdict is Verdict.DEFERRED
    assert server.connection_count == 2


def test_a_letter_costs_one_round_trip_where_pipelining_is_offered(
    serve: Serve, transport_to: Connect
) -> None:
    """The next letter's commands come behind a letter without waiting for its answer (RFC 2920)."""
    server = serve(features=features(True))
    transport = transport_to(server)
    letters = envelopes(40)
    for letter in letters:  # cheap to make, so that each is there when the connection wants it
        letter.build = lambda _: b"From: ann@example.org\r\n\r\nHello\r\n"
    transport.send(letters[:37])  # by now the transport knows how cheap
    server.looks_ahead = 2
    transport.send(letters[37:])
    assert [behind.partition(b":")[0] for behind in server.behind] == [b"MAIL FROM"] * 2
    assert all(behind.endswith(b"\r\nDATA\r\n") for behind in server.behind)
    assert len(server.arrivals) == 40


@pytest.mark.parametrize(
    "banner", ["220 " + "x" * 10_000, "x" * 10_000, "\r\n".join(["220-More"] * 500), "HTTP/1.1 400 Bad"]
)
def test_a_banner_that_no_mail_server_has_fails_the_route(
    serve: Serve, transport_to: Connect, banner: str
) -> None:
    result = transport_to(serve(script={"CONNECT": [banner]})).send(envelopes(2))
    assert result.outcomes == []
    assert "did not speak SMTP at its greeting" in result.route_error


@pipelined
def test_a_stop_lets_what_is_on_the_wire_finish_and_begins_no_more(
    serve: Serve, transport_to: Connect, pipelining: bool
) -> None:
    asked = []
    server = serve(features=features(pipelining), on_arrival=lambda arrival: asked.append(arrival))
    result = transport_to(server, stop=lambda: len(asked) >= 2).send(envelopes(LETTERS))
    tried = [outcome.message_id for outcome in result.outcomes]
    assert {outcome.verdict for outcome in result.outcomes} == {Verdict.ACCEPTED}
    assert result.route_error == ""
    # With pipelining one letter may have been announced already.
    assert tried in ([1, 2], [1, 2, 3])
    assert len(server.arrivals) == len(tried)


def test_dear_letters_are_made_ahead_in_threads_and_arrive_whole(serve: Serve, transport_to: Connect) -> None:
    def slowly(letter: Envelope) -> bytes:
        words = b" ".join(b"%d" % number for number in range(20_000))
        return b"From: ann@example.org\r\n\r\n%d\r\n" % (letter.message_id + 0 * len(words))

    letters = [envelope(number) for number in range(1, 61)]
    for letter in letters:
        letter.build = slowly
    server = serve(features=features(True))
    outcomes = transport_to(server, connections=4).send(letters).outcomes
    assert [outcome.message_id for outcome in outcomes] == list(range(1, 61))
    assert sorted(int(arrival.content.split()[-1]) for arrival in server.arrivals) == list(range(1, 61))


def test_the_journal_is_told_before_a_letter_can_have_arrived(serve: Serve, transport_to: Connect) -> None:
    class Journal:
        def __init__(self) -> None:
            self.written: set[int] = set()
            self.answered_with: dict[int, Verdict] = {}

        def writing(self, message_id: int) -> None:
            self.written.add(message_id)

        def answered(self, outcome: Outcome) -> None:
            self.answered_with[outcome.message_id] = outcome.verdict

    journal = Journal()
    unannounced: list[str] = []

    def look(arrival: Arrival) -> None:
        number = int(arrival.rcpt.removeprefix("RCPT TO:<bo").partition("@")[0])
        if number not in journal.written or number in journal.answered_with:
            unannounced.append(arrival.rcpt)

    script = {"CONTENT": [GOOD["CONTENT"]] * 2 + [DROP], "RCPT": [GOOD["RCPT"]] * 4 + ["550 5.1.1 No"]}
    server = serve(features=features(True), on_arrival=look, script=script)
    transport_to(server).send(envelopes(LETTERS), journal)
    assert unannounced == []
    # The third was written and never answered; the fifth was answered and never written.
    assert journal.written == {1, 2, 3, 4, 6}
    assert set(journal.answered_with) == {1, 2, 4, 5, 6}

"""The in-house SMTP transport against servers that follow a script."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dkim as verifier
import pytest

from mailhub.delivery import dkim, mime
from mailhub.delivery.contracts import Envelope, Outcome, Verdict
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from tests.delivery.transports.letters import envelope, envelopes
from tests.delivery.transports.scripted import DROP, DROP_IN_CONTENT, SILENCE, Arrival, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., SmtpTransport]


def send_one(transport: SmtpTransport, letter: Envelope | None = None) -> Outcome:
    result = transport.send([letter or envelope()])
    assert result.route_error == ""
    (outcome,) = result.outcomes
    return outcome


def test_a_letter_arrives_byte_by_byte_with_its_dots(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    letter = envelope(text=".\n..\nHello\n.")
    assert send_one(transport_to(server), letter) == Outcome(
        1, Verdict.ACCEPTED, 250, "2.0.0", "250 2.0.0 Taken"
    )
    (arrival,) = server.arrivals
    assert arrival.content == letter.as_bytes()
    assert arrival.mail.startswith("MAIL FROM:<b@bounces.example.org> SIZE=")
    assert arrival.rcpt == "RCPT TO:<bo1@example.com>"


def test_a_signed_letter_verifies_as_it_arrives(serve: Serve, transport_to: Connect) -> None:
    private, public = dkim.generate_key()
    letters = [
        replace(envelope(number, text=text), build=mime.builder(dkim.Signer("example.org", "a", private)))
        for number, text in enumerate([".", "..\n.\n\n\n", "Grüße  \n \n", ""])
    ]
    server = serve()
    transport_to(server).send(letters)
    assert len(server.arrivals) == 4
    for arrival in server.arrivals:
        assert verifier.verify(arrival.content, dnsfunc=lambda name, timeout=5: b"p=" + public.encode())


def test_the_server_is_greeted_by_name_or_address(serve: Serve, transport_to: Connect, settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.org"
    server = serve()
    send_one(transport_to(server))
    assert server.commands[0] == "EHLO mail.example.org"


def test_a_connection_stays_open_between_batches(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    transport = transport_to(server)
    for number in (1, 2, 3):
        send_one(transport, envelope(number))
    assert server.connection_count == 1
    assert len(server.arrivals) == 3


def test_a_connection_is_renewed_after_its_fill_of_letters(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    transport_to(server, letters_per_connection=2).send(envelopes(5))
    assert [arrival.connection for arrival in server.arrivals] == [1, 1, 2, 2, 3]
    assert server.verbs().count("QUIT") == 2


def test_four_connections_work_at_the_same_time(serve: Serve, transport_to: Connect) -> None:
    together = threading.Barrier(4, timeout=10)

    def wait_for_the_others(arrival: Arrival) -> None:
        together.wait()

    server = serve(on_arrival=wait_for_the_others)
    result = transport_to(server, connections=4).send(envelopes(4))
    assert [outcome.message_id for outcome in result.outcomes] == [1, 2, 3, 4]
    assert {arrival.connection for arrival in server.arrivals} == {1, 2, 3, 4}


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize(
    ("reply", "verdict", "enhanced", "kind"),
    [
        ("450 4.2.1 Greylisted", Verdict.DEFERRED, "4.2.1", "greylisted"),
        ("452 4.5.3 Too many", Verdict.DEFERRED, "4.5.3", "throttled"),
        ("550 5.7.1 Not this sender", Verdict.REFUSED, "5.7.1", "policy"),
        ("554 No thanks", Verdict.REFUSED, "", "unknown"),
    ],
)
def test_a_reply_settles_one_letter_and_the_next_goes(
    serve: Serve, transport_to: Connect, stage: str, reply: str, verdict: Verdict, enhanced: str, kind: str
) -> None:
    server = serve(script={stage: [reply]})
    first, second = transport_to(server).send(envelopes(2)).outcomes
    assert first == Outcome(1, verdict, int(reply[:3]), enhanced, reply, kind)
    assert second.verdict == Verdict.ACCEPTED
    assert server.connection_count == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "CONTENT"])
def test_421_defers_the_letter_and_the_next_goes_over_a_new_connection(
    serve: Serve, transport_to: Connect, stage: str
) -> None:
    server = serve(script={stage: ["421 4.3.2 Closing"]})
    first, second = transport_to(server).send(envelopes(2)).outcomes
    assert first == Outcome(1, Verdict.DEFERRED, 421, "4.3.2", "421 4.3.2 Closing", "throttled")
    assert second.verdict == Verdict.ACCEPTED
    assert server.connection_count == 2


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_connection_lost_before_the_content_defers(serve: Serve, transport_to: Connect, stage: str) -> None:
    server = serve(script={stage: [DROP]})
    first, second = transport_to(server).send(envelopes(2)).outcomes
    assert (first.verdict, first.code) == (Verdict.DEFERRED, 0)
    assert "connection was lost" in first.reply
    assert second.verdict == Verdict.ACCEPTED


@pytest.mark.parametrize(
    "script",
    [{"DATA": [DROP_IN_CONTENT]}, {"CONTENT": [DROP]}, {"CONTENT": ["rubbish"]}, {"CONTENT": ["199 Hm"]}],
)
def test_a_connection_lost_once_content_was_written_leaves_doubt(
    serve: Serve, transport_to: Connect, script: dict[str, list[str]]
) -> None:
    server = serve(script=script)
    first, second = transport_to(server).send(envelopes(2)).outcomes
    assert first.verdict == Verdict.UNKNOWN
    assert second.verdict == Verdict.ACCEPTED


def test_a_server_silent_after_the_letter_leaves_doubt(serve: Serve, transport_to: Connect) -> None:
    server = serve(script={"CONTENT": [SILENCE]})
    outcome = send_one(transport_to(server, timeouts=Timeouts(final=0.2)))
    assert outcome.verdict == Verdict.UNKNOWN
    assert "did not answer in time" in outcome.reply


def test_a_server_silent_at_rcpt_defers(serve: Serve, transport_to: Connect) -> None:
    server = serve(script={"RCPT": [SILENCE]})
    outcome = send_one(transport_to(server, timeouts=Timeouts(rcpt=0.2)))
    assert outcome.verdict == Verdict.DEFERRED
    assert outcome.reply == "The server did not answer in time at RCPT TO."


@pytest.mark.parametrize("answer", [DROP, "421 4.4.2 Idle too long"])
def test_a_kept_connection_that_died_is_replaced_silently(
    serve: Serve, transport_to: Connect, answer: str
) -> None:
    server = serve()
    transport = transport_to(server)
    send_one(transport, envelope(1))
    server.script["MAIL"] = [answer]
    assert send_one(transport, envelope(2)).verdict == Verdict.ACCEPTED
    assert server.connection_count == 2


def test_a_connection_that_the_server_closed_while_idle_is_replaced_silently(
    serve: Serve, transport_to: Connect
) -> None:
    server = serve()
    transport = transport_to(server)
    send_one(transport, envelope(1))
    server.hang_up()
    assert send_one(transport, envelope(2)).verdict == Verdict.ACCEPTED


def test_a_letter_is_tried_on_one_new_connection_only(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    transport = transport_to(server)
    send_one(transport, envelope(1))
    server.script["MAIL"] = [DROP, DROP]
    assert send_one(transport, envelope(2)).verdict == Verdict.DEFERRED
    assert server.connection_count == 2


def test_letters_after_a_server_went_away_are_not_tried(serve: Serve, transport_to: Connect) -> None:
    server = serve(script={"CONTENT": ["250 Ok", DROP]})
    server.on_arrival = lambda arrival: server.stop_listening()
    result = transport_to(server).send(envelopes(5))
    assert [(outcome.message_id, outcome.verdict) for outcome in result.outcomes] == [
        (1, Verdict.ACCEPTED),
        (2, Verdict.UNKNOWN),
    ]
    assert f"127.0.0.1:{server.port} refused the connection" in result.route_error


def test_one_working_connection_is_enough(serve: Serve, transport_to: Connect) -> None:
    busy = "421 4.7.0 Too many connections"
    server = serve(script={"CONNECT": ["220 Hello", busy, busy, busy]})
    result = transport_to(server, connections=4).send(envelopes(20))
    assert result.route_error == ""
    assert [outcome.message_id for outcome in result.outcomes] == list(range(1, 21))
    assert {outcome.verdict for outcome in result.outcomes} == {Verdict.ACCEPTED}


def test_a_server_that_wants_a_login_first_fails_the_route(serve: Serve, transport_to: Connect) -> None:
    server = serve(script={"MAIL": ["530 5.7.0 Authentication required"] * 2})
    result = transport_to(server).send(envelopes(3))
    assert result.outcomes == []
    assert "530 5.7.0 Authentication required" in result.route_error


def test_an_address_beyond_ascii_goes_where_smtputf8_is_offered(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    assert send_one(transport_to(server), envelope(to="bö@example.com")).verdict == Verdict.ACCEPTED
    (arrival,) = server.arrivals
    assert arrival.mail.endswith(" SMTPUTF8")
    assert arrival.rcpt == "RCPT TO:<bö@example.com>"


def test_an_address_beyond_ascii_is_refused_where_it_is_not(serve: Serve, transport_to: Connect) -> None:
    server = serve(features=[])
    letters = [envelope(1, to="bö@example.com"), envelope(2)]
    refused, accepted = transport_to(server).send(letters).outcomes
    assert (refused.verdict, refused.code, refused.enhanced) == (Verdict.REFUSED, 0, "5.6.7")
    assert accepted.verdict == Verdict.ACCEPTED
    assert server.arrivals[0].mail == "MAIL FROM:<b@bounces.example.org>"


def test_a_letter_larger_than_the_server_takes_is_refused_untried(
    serve: Serve, transport_to: Connect
) -> None:
    server = serve(features=["SIZE 100"])
    outcome = send_one(transport_to(server))
    assert (outcome.verdict, outcome.enhanced) == (Verdict.REFUSED, "5.3.4")
    assert "MAIL" not in server.verbs()


def test_an_eight_bit_letter_says_so(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    letter = envelope()
    letter.build = lambda _: "From: ann@example.org\r\n\r\nGrüße\r\n".encode()
    send_one(transport_to(server), letter)
    assert server.arrivals[0].mail.endswith(" BODY=8BITMIME")


@pytest.mark.parametrize(
    "address", ["bo@example.com>\r\nRSET", "bo @example.com", "bo@example.com\x00", "<bo@a.test>"]
)
def test_an_address_that_could_smuggle_never_reaches_a_command(
    serve: Serve, transport_to: Connect, address: str
) -> None:
    server = serve()
    letter = envelope()
    letter.rcpt_to = address
    letter.build = lambda _: b"From: ann@example.org\r\n\r\nHello\r\n"
    assert send_one(transport_to(server), letter).verdict == Verdict.REFUSED
    assert server.verbs() == ["EHLO"]


def test_a_letter_with_a_bare_line_end_is_refused(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    letter = envelope()
    letter.build = lambda _: b"From: ann@example.org\r\n\r\nHello\n.\nMAIL FROM:<cy@example.com>\r\n"
    assert send_one(transport_to(server), letter).verdict == Verdict.REFUSED
    assert server.arrivals == []


def test_closing_says_goodbye_and_sending_again_opens_anew(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    transport = transport_to(server)
    send_one(transport, envelope(1))
    transport.close()
    assert server.verbs()[-1] == "QUIT"
    assert send_one(transport, envelope(2)).verdict == Verdict.ACCEPTED


def test_a_forked_process_opens_its_own_connection(serve: Serve, transport_to: Connect) -> None:
    server = serve()
    transport = transport_to(server)
    send_one(transport, envelope(1))
    child = os.fork()
    if child == 0:
        outcomes = transport.send([envelope(2)]).outcomes
        os._exit(0 if outcomes[0].verdict == Verdict.ACCEPTED else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert send_one(transport, envelope(3)).verdict == Verdict.ACCEPTED
    assert [arrival.connection for arrival in server.arrivals] == [1, 2, 1]


def test_an_old_server_without_ehlo_is_spoken_to_in_its_way(serve: Serve, transport_to: Connect) -> None:
    server = serve(script={"EHLO": ["500 What?"]})
    assert send_one(transport_to(server)).verdict == Verdict.ACCEPTED
    assert "HELO" in server.verbs()

"""What each answer of a provider, or the want of one, means for letters and for the route."""

from __future__ import annotations

import logging
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.transports.anymail.resting import Rest
from mailhub.lib import clock
from tests.delivery.transports.anymail.conftest import KEY, Connect
from tests.delivery.transports.anymail.marketing import envelope, envelopes
from tests.delivery.transports.anymail.provider import Answer, Provider

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
ERRORS = {
    "errors": [
        {"message": "The to email does not contain a valid address.", "field": "personalizations.0.to"}
    ]
}
BRISK = {"timeout": (2.0, 0.3)}


class Notes:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def writing(self, message_id: int) -> None:
        self.told.append(("writing", message_id))

    def answered(self, outcome: Outcome) -> None:
        self.told.append((str(outcome.verdict), outcome.message_id))


@pytest.mark.parametrize("status", [400, 406, 413, 422])
def test_a_letter_that_the_provider_refuses_is_refused_and_the_others_go(
    sendgrid: Provider, connect: Connect, status: int
) -> None:
    sendgrid.tell(Answer(202, b""), Answer(status, ERRORS), Answer(202, b""))
    result = connect("sendgrid", sendgrid.url, options={"stop": lambda: False}).send(envelopes(3))
    refused = [outcome for outcome in result.outcomes if outcome.verdict == Verdict.REFUSED]
    assert [outcome.message_id for outcome in result.outcomes] == [1, 2, 3]
    assert len(refused) == 1
    assert refused[0].reply == (
        f"SendGrid refused the letter ({status}: The to email does not contain a valid address)."
    )
    assert result.route_error == ""


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_fail_the_route_and_are_tried_once(
    sendgrid: Provider, connect: Connect, status: int
) -> None:
    said = {"errors": [{"message": f"The provided authorization grant {KEY} is invalid", "field": None}]}
    sendgrid.tell(*[Answer(status, said)] * 9)
    notes = Notes()
    result = connect("sendgrid", sendgrid.url).send(envelopes(9), journal=notes)
    assert result.outcomes == []
    assert result.route_error == (
        "SendGrid refused the credentials, or what they may do "
        f"({status}: The provided authorization grant •••••••• is invalid). Check the route “Provider”."
    )
    assert len(sendgrid.requests) == 1
    assert notes.told == [("writing", 1), ("deferred", 1)]


def test_an_unknown_domain_at_mailgun_fails_the_route(mailgun: Provider, connect: Connect) -> None:
    mailgun.tell(Answer(404, {"message": "Domain not found: example.org"}))
    result = connect("mailgun", mailgun.url).send([envelope()])
    assert result.outcomes == []
    assert "Unknown sender domain 'example.org'" in result.route_error
    assert result.route_error.endswith("Check the route “Provider”.")


def test_the_welcome_page_of_mailgun_is_no_acceptance(mailgun: Provider, connect: Connect) -> None:
    mailgun.tell(Answer(200, b"Mailgun Magnificent API", {"Content-Type": "text/plain"}))
    result = connect("mailgun", mailgun.url).send([envelope()])
    assert (result.outcomes, "Invalid Mailgun API endpoint" in result.route_error) == ([], True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "20"}, 20),
        ({"Retry-After": "Sun, 29 Nov 2026 10:00:25 GMT"}, 25),
        ({"X-RateLimit-Reset": str(int((NOW + timedelta(seconds=10)).timestamp()))}, 10),
        ({"ratelimit-reset": "2"}, 2),
        ({}, 5),
    ],
)
def test_a_busy_provider_gets_the_pause_that_it_asks_for(
    sendgrid: Provider, connect: Connect, headers: dict[str, str], seconds: int
) -> None:
    sendgrid.tell(Answer(429, {"errors": [{"message": "too many requests"}]}, headers))
    rest = Rest()
    transport = connect("sendgrid", sendgrid.url, options={"rest": rest})
    with clock.frozen(NOW):
        result = transport.send(envelopes(3))
        until = rest.until
    assert [(each.message_id, each.verdict) for each in result.outcomes] == [(1, Verdict.DEFERRED)]
    assert result.outcomes[0].reply == "SendGrid takes no letters just now (429: too many requests)."
    assert (result.route_error, until) == ("", NOW + timedelta(seconds=seconds))
    assert len(sendgrid.requests) == 1


def test_the_pause_is_waited_for_and_then_letters_go(sendgrid: Provider, connect: Connect) -> None:
    slept: list[float] = []
    moments = iter([NOW + timedelta(seconds=9.9), NOW + timedelta(seconds=10)])

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock._frozen = next(moments)

    rest = Rest(sleep=sleep)
    transport = connect("sendgrid", sendgrid.url, options={"rest": rest})
    with clock.frozen(NOW):
        rest.begin(NOW + timedelta(seconds=10))
        result = transport.send([envelope()])
    assert [each.verdict for each in result.outcomes] == [Verdict.ACCEPTED]
    assert slept == [0.1, pytest.approx(0.1)]


def test_a_long_pause_defers_the_letters_and_calls_nobody(sendgrid: Provider, connect: Connect) -> None:
    rest = Rest()
    transport = connect("sendgrid", sendgrid.url, options={"rest": rest})
    with clock.frozen(NOW):
        rest.begin(NOW + timedelta(minutes=30))
        result = transport.send(envelopes(2))
    assert [each.verdict for each in result.outcomes] == [Verdict.DEFERRED] * 2
    assert result.outcomes[0].reply == "SendGrid asked for a pause until 10:30:00 UTC."
    assert sendgrid.requests == []


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_a_busy_provider_names_goes_on_with_the_letters(
    sendgrid: Provider, connect: Connect, status: int
) -> None:
    sendgrid.tell(Answer(status, ERRORS, {"Retry-After": "10800"}))
    transport = connect("sendgrid", sendgrid.url)
    with clock.frozen(NOW):
        asked = transport.send([envelope()]).outcomes[0]
        resting = transport.send([envelope()]).outcomes[0]
        assert asked.again_at == resting.again_at == NOW + timedelta(hours=3)
        assert resting.reply == "SendGrid asked for a pause until 13:00:00 UTC."
    assert len(sendgrid.requests) == 1
    # It is asked again before that: the hour may have been a guess.
    with clock.frozen(NOW + timedelta(hours=1)):
        assert transport.send([envelope()]).outcomes[0].verdict == Verdict.ACCEPTED


def test_a_provider_that_names_no_time_leaves_it_to_the_schedule(
    sendgrid: Provider, connect: Connect
) -> None:
    sendgrid.tell(Answer(429, ERRORS))
    assert connect("sendgrid", sendgrid.url).send([envelope()]).outcomes[0].again_at is None


def test_a_worker_that_must_stop_begins_nothing(sendgrid: Provider, connect: Connect) -> None:
    result = connect("sendgrid", sendgrid.url, options={"stop": lambda: True}).send(envelopes(2))
    assert (result.outcomes, result.route_error, sendgrid.requests) == ([], "", [])


@pytest.mark.parametrize("status", [500, 503])
def test_a_provider_in_trouble_defers_and_rests(sendgrid: Provider, connect: Connect, status: int) -> None:
    sendgrid.tell(Answer(status, {"errors": [{"message": "try later"}]}))
    result = connect("sendgrid", sendgrid.url).send(envelopes(2))
    assert [each.verdict for each in result.outcomes] == [Verdict.DEFERRED]


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_lost_the_answer_leaves_the_letter_in_doubt(
    sendgrid: Provider, connect: Connect, status: int
) -> None:
    sendgrid.tell(Answer(status, b"<html>Bad gateway</html>"))
    result = connect("sendgrid", sendgrid.url).send([envelope()])
    assert [each.verdict for each in result.outcomes] == [Verdict.UNKNOWN]


def test_a_lost_answer_leaves_the_letter_in_doubt(sendgrid: Provider, connect: Connect) -> None:
    sendgrid.tell(Answer(hangs_up="answer"))
    notes = Notes()
    outcome = connect("sendgrid", sendgrid.url).send([envelope()], journal=notes).outcomes[0]
    assert outcome.verdict == Verdict.UNKNOWN
    assert outcome.reply == "SendGrid may have taken the letter: the connection ended without an answer."
    assert notes.told == [("writing", 1)]


def test_silence_after_the_letter_leaves_it_in_doubt(sendgrid: Provider, connect: Connect) -> None:
    sendgrid.tell(Answer(silent=True))
    outcome = connect("sendgrid", sendgrid.url, options=BRISK).send([envelope()]).outcomes[0]
    assert outcome.verdict == Verdict.UNKNOWN
    assert outcome.reply == "SendGrid may have taken the letter: it did not answer in time."


def test_an_answer_that_cannot_be_read_leaves_the_letter_in_doubt(
    mailgun: Provider, connect: Connect
) -> None:
    mailgun.tell(Answer(200, b"OK"))
    assert connect("mailgun", mailgun.url).send([envelope()]).outcomes[0].verdict == Verdict.UNKNOWN


def test_a_letter_that_was_cut_off_is_deferred(sendgrid: Provider, connect: Connect) -> None:
    sendgrid.tell(Answer(hangs_up="headers"))
    big = envelope(text="x" * 30_000_000)
    outcome = connect("sendgrid", sendgrid.url).send([big]).outcomes[0]
    assert outcome.verdict == Verdict.DEFERRED
    assert outcome.reply == "The connection to SendGrid ended before the letter was sent."


def test_nobody_at_the_address_fails_the_route(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    notes = Notes()
    result = connect("sendgrid", f"http://127.0.0.1:{port}").send(envelopes(2), journal=notes)
    assert result.outcomes == []
    assert "MailHub could not connect to SendGrid (" in result.route_error
    assert "Connection refused" in result.route_error
    assert notes.told == []


def test_a_redirect_is_not_followed_with_the_credentials(
    sendgrid: Provider, mailgun: Provider, connect: Connect
) -> None:
    sendgrid.tell(Answer(307, b"", {"Location": mailgun.url}))
    result = connect("sendgrid", sendgrid.url).send([envelope()])
    assert (mailgun.requests, result.outcomes) == ([], [])
    assert "its address leads on to another one" in result.route_error


def test_a_netrc_of_the_machine_does_not_win_over_the_key(
    sendgrid: Provider, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    connect("sendgrid", sendgrid.url).send([envelope()])
    assert sendgrid.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_many_letters_share_a_few_kept_connections(sendgrid: Provider, connect: Connect) -> None:
    transport = connect("sendgrid", sendgrid.url)
    for _ in range(3):
        assert len(transport.send(envelopes(20)).outcomes) == 20
    assert sendgrid.connections <= transport.provider.calls


def test_the_journal_hears_before_and_after(sendgrid: Provider, connect: Connect) -> None:
    notes = Notes()
    connect("sendgrid", sendgrid.url).send([envelope(4)], journal=notes)
    assert notes.told == [("writing", 4), ("accepted", 4)]


def test_secrets_are_in_no_log_and_no_repr(
    sendgrid: Provider,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    settings: Any,
) -> None:
    settings.ANYMAIL = {"DEBUG_API_REQUESTS": True, "IGNORE_UNSUPPORTED_FEATURES": True}
    caplog.set_level(logging.DEBUG)
    sendgrid.tell(Answer(500, {"errors": [{"message": f"key {KEY}"}]}))
    transport = connect("sendgrid", sendgrid.url)
    result = transport.send([envelope()])
    seen = caplog.text + "".join(capsys.readouterr()) + repr(transport.account) + repr(result)
    assert KEY not in seen
    assert "••••••••" in result.outcomes[0].reply

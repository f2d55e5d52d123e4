"""What every transport keeps to. A new transport adds its harness here.

The exceptions: the capture mailbox has no server that could refuse or be unreachable; providers by API
take parts and make the bytes themselves, and their answers have no SMTP codes; direct delivery has no
route that could fail as a whole.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest

from mailhub.delivery import mime
from mailhub.delivery.contracts import Envelope, Outcome, Transport, Verdict
from mailhub.delivery.headers import HeaderRefused
from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports import registry
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.direct.transport import DirectTransport
from mailhub.delivery.transports.memory import MemoryTransport
from mailhub.lib.environment import SmtpServer
from tests import postoffice
from tests.delivery.nameserver import NameServer
from tests.delivery.transports.anymail import provider

pytestmark = pytest.mark.django_db


class Harness(Protocol):
    """A transport, what has arrived behind it, and a way to tell what lies behind how to answer."""

    transport: Transport

    def arrived(self) -> dict[str, bytes]: ...

    def answer(self, rcpt_to: str, *, code: int, enhanced: str, text: str) -> None: ...

    def break_route(self) -> None: ...


class Capture:
    def __init__(self) -> None:
        self.transport = registry.transport(Route("capture", "capture"))

    def arrived(self) -> dict[str, bytes]:
        return {letter.rcpt_to: bytes(letter.raw) for letter in CapturedLetter.objects.all()}


class Memory:
    def __init__(self) -> None:
        transport = registry.transport(Route("memory", "memory"))
        assert isinstance(transport, MemoryTransport)
        self.transport = transport

    def arrived(self) -> dict[str, bytes]:
        return {envelope.rcpt_to: envelope.as_bytes() for envelope in self.transport.taken}

    def answer(self, rcpt_to: str, *, code: int, enhanced: str, text: str) -> None:
        verdict = Verdict.DEFERRED if code < 500 else Verdict.REFUSED
        self.transport.answer(
            rcpt_to, verdict, code=code, enhanced=enhanced, reply=f"{code} {enhanced} {text}"
        )

    def break_route(self) -> None:
        self.transport.route_error = "The memory is full."


class Smtp:
    def __init__(self, server: postoffice.SmtpServer) -> None:
        self.server = server
        config = SmtpServer(server.host, server.port, "", "", "none")
        self.transport = registry.transport(Route("smtp", "smtp", config))

    def arrived(self) -> dict[str, bytes]:
        return {letter.recipient: letter.content for letter in self.server.letters}

    def answer(self, rcpt_to: str, *, code: int, enhanced: str, text: str) -> None:
        self.server.replies[rcpt_to] = f"{code} {enhanced} {text}"

    def break_route(self) -> None:
        with socket.create_server((self.server.host, 0)) as unused:
            port = unused.getsockname()[1]
        self.transport = registry.transport(
            Route("smtp", "smtp", SmtpServer(self.server.host, port, "", "", "none"))
        )


class Anymail:
    """SendGrid for all providers: what differs from one to the next is tested beside the transport."""

    def __init__(self, server: provider.Provider) -> None:
        self.server = server
        self.refused: dict[str, str] = {}
        server.usual = self._usual
        self._lead_to(server.url)

    def arrived(self) -> dict[str, bytes]:
        taken = [request.json for request in self.server.requests]
        letters = {each["personalizations"][0]["to"][0]["email"]: each["content"] for each in taken}
        return {to: repr(parts).encode() for to, parts in letters.items() if to not in self.refused}

    def answer(self, rcpt_to: str, *, code: int, enhanced: str, text: str) -> None:
        self.refused[rcpt_to] = text

    def break_route(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self._lead_to(f"http://127.0.0.1:{unused.getsockname()[1]}")

    def _usual(self, request: provider.Request) -> provider.Answer:
        to = request.json["personalizations"][0]["to"][0]["email"]
        if to in self.refused:
            return provider.Answer(400, {"errors": [{"message": self.refused[to]}]})
        return provider.sendgrid(request)

    def _lead_to(self, url: str) -> None:
        account = Account("sendgrid", (("api_url", url),), (("api_key", "key-0123"),), "the route “P”")
        self.transport = registry.transport(Route("anymail", "anymail", account=account))


@pytest.fixture
def api() -> Iterator[provider.Provider]:
    running = provider.Provider(provider.sendgrid)
    yield running
    running.close()


class Direct:
    """The recipients' domain has its mail server here, as a real name server says."""

    def __init__(self, server: postoffice.SmtpServer, name_server: NameServer) -> None:
        self.server = server
        name_server.publish("MX", "example.com", "10 mx.example.com")
        name_server.publish("A", "mx.example.com", server.host)
        self.transport = DirectTransport(port=server.port, is_allowed=lambda address: True)

    def arrived(self) -> dict[str, bytes]:
        return {letter.recipient: letter.content for letter in self.server.letters}

    def answer(self, rcpt_to: str, *, code: int, enhanced: str, text: str) -> None:
        self.server.replies[rcpt_to] = f"{code} {enhanced} {text}"

    def break_route(self) -> None:
        raise NotImplementedError("There is no one route: each destination fails by itself.")


@pytest.fixture
def name_server(settings: Any) -> Iterator[NameServer]:
    server = NameServer()
    server.start()
    settings.MAILHUB_DNS_SERVERS = [server.address]
    yield server
    server.stop()


@pytest.fixture(params=["anymail", "capture", "direct", "memory", "smtp"])
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    kinds: dict[str, Callable[[], object]] = {
        "anymail": lambda: Anymail(request.getfixturevalue("api")),
        "capture": Capture,
        "direct": lambda: Direct(
            request.getfixturevalue("smtp_server"), request.getfixturevalue("name_server")
        ),
        "memory": Memory,
        "smtp": lambda: Smtp(request.getfixturevalue("smtp_server")),
    }
    made = kinds[request.param]()
    yield made  # type: ignore[misc]
    made.transport.close()  # type: ignore[attr-defined]
    registry.close_all()


answered = pytest.mark.parametrize("harness", ["direct", "memory", "smtp"], indirect=True)
with_bytes = pytest.mark.parametrize("harness", ["capture", "direct", "memory", "smtp"], indirect=True)
by_api = pytest.mark.parametrize("harness", ["anymail"], indirect=True)
routed = pytest.mark.parametrize("harness", ["anymail", "memory", "smtp"], indirect=True)


def envelope(message_id: int, *, build: Callable[[Envelope], bytes] | None = None) -> Envelope:
    rcpt_to = f"bo{message_id}@example.com"
    return Envelope(
        message_id=message_id,
        mail_from="b@bounces.example.org",
        rcpt_to=rcpt_to,
        headers=[("From", "Ann <ann@example.org>"), ("To", rcpt_to), ("Subject", f"Hello {message_id}")],
        text=".\nHello\n",
        html="<p>Grüße</p>",
        dispatch_id=7,
        build=build or mime.builder(None),
    )


def test_it_is_registered() -> None:
    assert set(registry.FACTORIES) == {"anymail", "capture", "direct", "memory", "smtp"}


@with_bytes
def test_letters_are_accepted_and_arrive_byte_by_byte(harness: Harness) -> None:
    letters = [envelope(number) for number in (5, 3, 9)]
    result = harness.transport.send(letters)
    assert result.route_error == ""
    assert {outcome.verdict for outcome in result.outcomes} == {Verdict.ACCEPTED}
    assert harness.arrived() == {letter.rcpt_to: letter.as_bytes() for letter in letters}


def test_outcomes_come_in_the_order_of_the_letters_with_their_ids(harness: Harness) -> None:
    order = [7, 2, 11, 1, 30, 4, 12, 8]
    result = harness.transport.send([envelope(number) for number in order])
    assert [outcome.message_id for outcome in result.outcomes] == order


def test_an_empty_batch_is_nothing(harness: Harness) -> None:
    result = harness.transport.send([])
    assert (result.outcomes, result.route_error) == ([], "")


@by_api
def test_letters_are_accepted_and_their_parts_arrive(harness: Harness) -> None:
    result = harness.transport.send([envelope(number) for number in (5, 3, 9)])
    assert {outcome.verdict for outcome in result.outcomes} == {Verdict.ACCEPTED}
    parts = [{"type": "text/plain", "value": ".\nHello\n"}, {"type": "text/html", "value": "<p>Grüße</p>"}]
    assert harness.arrived() == {f"bo{number}@example.com": repr(parts).encode() for number in (5, 3, 9)}


@by_api
def test_a_provider_refuses_a_bad_header_and_a_bad_letter_and_the_others_go(harness: Harness) -> None:
    harness.answer("bo3@example.com", code=550, enhanced="5.1.1", text="No such person")
    letters = [envelope(number) for number in (1, 2, 3, 4)]
    letters[1].headers[2] = ("Subject", "Hello\nBcc: boss@example.org")
    outcomes = harness.transport.send(letters).outcomes
    assert [outcome.verdict for outcome in outcomes] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
    ]
    assert "U+000A" in outcomes[1].reply
    assert "No such person" in outcomes[2].reply
    assert set(harness.arrived()) == {"bo1@example.com", "bo4@example.com"}


@with_bytes
def test_a_letter_that_cannot_be_made_is_refused_and_the_others_go(harness: Harness) -> None:
    def refuse(letter: Envelope) -> bytes:
        raise HeaderRefused("The header 'Subject' holds U+000A.")

    def fail(letter: Envelope) -> bytes:
        raise KeyError("name")

    letters = [envelope(1), envelope(2, build=refuse), envelope(3, build=fail), envelope(4)]
    outcomes = harness.transport.send(letters).outcomes
    assert [outcome.verdict for outcome in outcomes] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
    ]
    assert outcomes[1].reply == "The header 'Subject' holds U+000A."
    assert "KeyError" in outcomes[2].reply
    assert set(harness.arrived()) == {"bo1@example.com", "bo4@example.com"}


def test_a_batch_after_closing_goes_too(harness: Harness) -> None:
    harness.transport.send([envelope(1)])
    harness.transport.close()
    assert harness.transport.send([envelope(2)]).outcomes[0].verdict == Verdict.ACCEPTED


def test_the_same_route_gets_the_same_transport(harness: Harness) -> None:
    assert registry.transport(Route("capture", "capture")) is registry.transport(Route("capture", "capture"))


@answered
@pytest.mark.parametrize(
    ("code", "enhanced", "verdict", "kind"),
    [(550, "5.1.1", Verdict.REFUSED, "mailbox_gone"), (451, "4.7.1", Verdict.DEFERRED, "throttled")],
)
def test_one_of_several_is_not_taken(
    harness: Harness, code: int, enhanced: str, verdict: Verdict, kind: str
) -> None:
    harness.answer("bo2@example.com", code=code, enhanced=enhanced, text="Not now or ever")
    outcomes = harness.transport.send([envelope(number) for number in (1, 2, 3)]).outcomes
    assert outcomes[1] == Outcome(2, verdict, code, enhanced, f"{code} {enhanced} Not now or ever", kind)
    assert [outcomes[0].verdict, outcomes[2].verdict] == [Verdict.ACCEPTED] * 2
    assert set(harness.arrived()) == {"bo1@example.com", "bo3@example.com"}


class Events:
    """A journal that remembers what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def writing(self, message_id: int) -> None:
        self.told.append(("writing", message_id))

    def answered(self, outcome: Outcome) -> None:
        self.told.append((str(outcome.verdict), outcome.message_id))


def test_the_journal_hears_of_every_letter_before_it_leaves_and_once_it_is_answered(harness: Harness) -> None:
    events = Events()
    harness.transport.send([envelope(number) for number in (1, 2, 3)], events)
    assert sorted(events.told) == sorted(
        pair for number in (1, 2, 3) for pair in (("writing", number), ("accepted", number))
    )
    for number in (1, 2, 3):
        assert events.told.index(("writing", number)) < events.told.index(("accepted", number))


@with_bytes
def test_a_letter_that_cannot_be_made_is_answered_without_being_written(harness: Harness) -> None:
    def fail(letter: Envelope) -> bytes:
        raise KeyError("name")

    events = Events()
    harness.transport.send([envelope(1, build=fail)], journal=events)
    assert events.told == [("refused", 1)]


@routed
def test_a_route_that_does_not_work_tries_nothing_and_says_why(harness: Harness) -> None:
    harness.break_route()
    result = harness.transport.send([envelope(1), envelope(2)])
    assert result.outcomes == []
    assert result.route_error.endswith(".")


def test_a_captured_letter_is_found_by_its_dispatch_and_subject() -> None:
    letter = envelope(1)
    registry.transport(Route("capture", "capture")).send([letter])
    kept = CapturedLetter.objects.get()
    assert (kept.dispatch_id, kept.message_id, kept.subject) == (7, 1, "Hello 1")
    assert (kept.mail_from, kept.rcpt_to) == ("b@bounces.example.org", "bo1@example.com")


def test_a_captured_ready_made_letter_has_its_own_subject() -> None:
    letter = replace(
        envelope(1),
        headers=[],
        prepared=b"From: ann@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nHello\n",
    )
    registry.transport(Route("capture", "capture")).send([letter])
    assert CapturedLetter.objects.get().subject == "Grüße"

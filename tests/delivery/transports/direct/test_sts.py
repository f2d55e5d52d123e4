"""MTA-STS against a real web server, name server and mail server on this machine."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.transports.direct import sts
from mailhub.delivery.transports.direct.sts import Policy, PolicyRefused
from mailhub.delivery.transports.direct.transport import DirectTransport
from tests.delivery.nameserver import NameServer
from tests.delivery.transports.letters import envelope
from tests.delivery.transports.scripted import ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., DirectTransport]

ENFORCED = "version: STSv1\r\nmode: enforce\r\nmx: mx.a.test\r\nmax_age: 86400\r\n"


class PolicyServer:
    """Answers with `status`, `kind` and `text`, and counts how often it was asked."""

    def __init__(self, authority: trustme.CA) -> None:
        self.status, self.kind, self.text, self.asked = 200, "text/plain", ENFORCED, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Content-Type", outer.kind)
                self.send_header("Location", "https://elsewhere.test/")
                self.end_headers()
                self.wfile.write(outer.text.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("mta-sts.a.test").configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts by SSL_CERT_FILE."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


@pytest.fixture
def policy_server(authority: trustme.CA, name_server: NameServer) -> Iterator[PolicyServer]:
    server = PolicyServer(authority)
    name_server.publish("MX", "a.test", "10 mx.a.test")
    name_server.publish("A", "mx.a.test", "127.0.0.1")
    name_server.publish("A", "mta-sts.a.test", "127.0.0.1")
    name_server.publish("TXT", "_mta-sts.a.test", "v=STSv1; id=20261129;")
    yield server
    server.stop()


def mail_server(serve: Serve, authority: trustme.CA, name: str) -> ScriptedServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return serve(tls=context)


def send_one(transport: DirectTransport, number: int = 1) -> Outcome:
    (outcome,) = transport.send([envelope(number, to=f"bo{number}@a.test")]).outcomes
    return outcome


def test_an_enforced_policy_is_kept_to_and_fetched_once(
    policy_server: PolicyServer, authority: trustme.CA, serve: Serve, direct_to: Connect
) -> None:
    server = mail_server(serve, authority, "mx.a.test")
    transport = direct_to(server, https_port=policy_server.port)
    assert [send_one(transport, number).verdict for number in (1, 2)] == [Verdict.ACCEPTED] * 2
    assert "STARTTLS" in server.verbs()
    assert policy_server.asked == 1


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    policy_server: PolicyServer, authority: trustme.CA, serve: Serve, direct_to: Connect
) -> None:
    server = mail_server(serve, authority, "somebody.else.test")
    outcome = send_one(direct_to(server, https_port=policy_server.port))
    assert (outcome.verdict, outcome.kind) == (Verdict.DEFERRED, "unreachable")
    assert "certificate" in outcome.reply
    assert "MAIL" not in server.verbs()


def test_a_server_without_tls_gets_nothing(
    policy_server: PolicyServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    outcome = send_one(direct_to(server, https_port=policy_server.port))
    assert outcome.verdict is Verdict.DEFERRED
    assert "does not offer STARTTLS" in outcome.reply
    assert "MAIL" not in server.verbs()


def test_a_server_that_the_policy_does_not_name_gets_nothing(
    policy_server: PolicyServer, name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    name_server.publish("MX", "a.test", "1 mx.evil.test")
    server = serve()
    outcome = send_one(direct_to(server, https_port=policy_server.port))
    assert (outcome.verdict, outcome.enhanced) == (Verdict.DEFERRED, "4.7.5")
    assert server.connection_count == 0


@pytest.mark.parametrize("mode", ["testing", "none"])
def test_a_policy_that_is_not_enforced_stops_no_letter(
    policy_server: PolicyServer, serve: Serve, direct_to: Connect, mode: str
) -> None:
    policy_server.text = ENFORCED.replace("enforce", mode).replace("mx.a.test", "other.a.test")
    assert send_one(direct_to(serve(), https_port=policy_server.port)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (302, "text/plain", ENFORCED),
        (404, "text/plain", ENFORCED),
        (200, "text/html", ENFORCED),
        (200, "text/plain", "version: STSv1\nmode: enforce\n"),
        (200, "text/plain", ENFORCED + "x" * 70_000),
    ],
)
def test_a_policy_that_cannot_be_had_counts_as_none(
    policy_server: PolicyServer, serve: Serve, direct_to: Connect, status: int, kind: str, text: str
) -> None:
    policy_server.status, policy_server.kind, policy_server.text = status, kind, text
    transport = direct_to(serve(), https_port=policy_server.port)
    assert [send_one(transport, number).verdict for number in (1, 2)] == [Verdict.ACCEPTED] * 2
    assert policy_server.asked == 1


def test_a_policy_of_a_web_server_of_the_own_network_is_not_fetched(
    policy_server: PolicyServer, serve: Serve, direct_to: Connect
) -> None:
    transport = direct_to(serve(), https_port=policy_server.port, is_allowed=lambda address: False)
    send_one(transport)
    assert policy_server.asked == 0


def test_a_policy_is_read_as_the_rfc_writes_it() -> None:
    text = "version: STSv1\nmode: enforce\nmx: MX1.a.test\nmx: *.b.test\nmax_age: 99999999999\n"
    with pytest.raises(PolicyRefused):
        sts.parse(text)
    policy = sts.parse(text.replace("99999999999", "604800"))
    assert policy == Policy("enforce", ("mx1.a.test", "*.b.test"), 604800)
    assert [policy.allows(host) for host in ("mx1.a.test", "x.b.test", "x.y.b.test", "b.test")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text", ["", "mode: enforce", "version: STSv2\nmode: none\nmax_age: 1", "version: STSv1\nmode: on"]
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefused):
        sts.parse(text)

"""Opening a connection: TLS, certificates, login, and the sentences for what goes wrong."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailhub.delivery.contracts import Verdict
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from tests.delivery.transports.letters import envelope, envelopes
from tests.delivery.transports.scripted import DROP, SILENCE, ScriptedServer

LOGIN = ["AUTH PLAIN LOGIN"]
Serve = Callable[..., ScriptedServer]
Connect = Callable[..., SmtpTransport]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts by SSL_CERT_FILE."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def server_side(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


def complaint(transport: SmtpTransport) -> str:
    result = transport.send(envelopes(5))
    assert result.outcomes == []
    return str(result.route_error)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_letters_go_over_tls_with_a_trusted_certificate(
    serve: Serve, transport_to: Connect, authority: trustme.CA, tls: str
) -> None:
    server = serve(tls=server_side(authority, "localhost"), implicit=tls == "implicit", features=LOGIN)
    transport = transport_to(server, host="localhost", tls=tls, username="ann", password="secret")
    assert transport.send([envelope()]).outcomes[0].verdict == Verdict.ACCEPTED
    assert server.verbs()[-5:] == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_another_name_is_refused_and_both_are_named(
    serve: Serve, transport_to: Connect, authority: trustme.CA, tls: str
) -> None:
    context = server_side(authority, "mx.example.com", "mx2.example.com")
    server = serve(tls=context, implicit=tls == "implicit", features=LOGIN)
    said = complaint(transport_to(server, host="localhost", tls=tls, username="ann", password="secret"))
    assert f"The certificate of localhost:{server.port} is for " in said
    assert "mx.example.com" in said
    assert "not for localhost" in said
    assert "AUTH" not in server.verbs()


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    serve: Serve, transport_to: Connect, authority: trustme.CA, tls: str
) -> None:
    server = serve(tls=server_side(trustme.CA(), "localhost"), implicit=tls == "implicit")
    said = complaint(transport_to(server, host="localhost", tls=tls))
    assert f"The certificate of localhost:{server.port} is not trusted" in said
    assert "SSL_CERT_FILE" in said


def test_an_expired_certificate_is_refused(
    serve: Serve, transport_to: Connect, authority: trustme.CA
) -> None:
    context = server_side(authority, "localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    said = complaint(transport_to(serve(tls=context), host="localhost", tls="starttls"))
    assert "has expired" in said


def test_a_server_without_starttls_gets_nothing(serve: Serve, transport_to: Connect) -> None:
    server = serve(features=LOGIN)
    said = complaint(transport_to(server, tls="starttls", username="ann", password="secret"))
    assert said.startswith(f"127.0.0.1:{server.port} does not offer STARTTLS.")
    assert server.verbs() == ["EHLO"]


def test_a_refused_starttls_fails_the_route(
    serve: Serve, transport_to: Connect, authority: trustme.CA
) -> None:
    server = serve(tls=server_side(authority, "localhost"), script={"STARTTLS": ["454 4.7.0 Not now"]})
    assert "refused STARTTLS (454 4.7.0 Not now)" in complaint(transport_to(server, tls="starttls"))


def test_what_was_said_before_tls_counts_no_more(
    serve: Serve, transport_to: Connect, authority: trustme.CA
) -> None:
    """RFC 3207 section 4.2: a man in the middle may put replies behind the go-ahead."""
    injected = "220 Go ahead\r\n250-scripted.test\r\n250 AUTH PLAIN"
    server = serve(
        tls=server_side(authority, "localhost"), script={"STARTTLS": [injected]}, features=["8BITMIME"]
    )
    transport = transport_to(server, host="localhost", tls="starttls", username="ann", password="secret")
    assert "offers no login" in complaint(transport)
    assert "AUTH" not in server.verbs()


def test_a_server_that_does_not_begin_with_tls_is_named(
    serve: Serve, transport_to: Connect, authority: trustme.CA
) -> None:
    said = complaint(transport_to(serve(), host="localhost", tls="implicit"))
    assert "could not agree on TLS" in said
    assert "tls=implicit" in said


def test_a_wrong_password_is_tried_once_and_named_with_the_answer(
    serve: Serve, transport_to: Connect
) -> None:
    server = serve(features=LOGIN, script={"AUTH": ["535 5.7.8 Bad credentials"] * 4})
    said = complaint(transport_to(server, username="ann", password="wrong", connections=4))
    assert said.startswith(f"127.0.0.1:{server.port} refused the login of “ann” (535 5.7.8 Bad credentials).")
    assert "wrong" not in said
    assert server.verbs().count("AUTH") == 1


def test_a_login_that_cannot_be_checked_now_says_so(serve: Serve, transport_to: Connect) -> None:
    server = serve(features=LOGIN, script={"AUTH": ["454 4.7.0 Try later"]})
    assert "just now (454 4.7.0 Try later)" in complaint(transport_to(server, username="ann", password="x"))


def test_a_server_that_asks_for_the_answer_of_plain_gets_it(serve: Serve, transport_to: Connect) -> None:
    response = base64.b64encode(b"\0ann\0secret").decode()
    server = serve(features=LOGIN, script={"AUTH": ["334 "], response.upper(): ["235 Ok"]})
    transport = transport_to(server, username="ann", password="secret")
    assert transport.send([envelope()]).outcomes[0].verdict == Verdict.ACCEPTED


def test_a_password_beyond_ascii_logs_in_by_plain(serve: Serve, transport_to: Connect) -> None:
    server = serve(features=LOGIN)
    transport = transport_to(server, username="änn", password="gehéim")
    assert transport.send([envelope()]).outcomes[0].verdict == Verdict.ACCEPTED
    (auth,) = [command for command in server.commands if command.startswith("AUTH")]
    assert base64.b64decode(auth.split()[-1]).decode() == "\0änn\0gehéim"


def test_a_server_that_knows_only_login_is_logged_in_to(serve: Serve, transport_to: Connect) -> None:
    name, password = base64.b64encode(b"ann").decode(), base64.b64encode(b"secret").decode()
    answers = {"AUTH": ["334 VXNlcm5hbWU6"], name.upper(): ["334 UGFzc3dvcmQ6"], password.upper(): ["235 Ok"]}
    server = serve(features=["AUTH LOGIN"], script=answers)
    transport = transport_to(server, username="ann", password="secret")
    assert transport.send([envelope()]).outcomes[0].verdict == Verdict.ACCEPTED
    assert server.commands[1:4] == ["AUTH LOGIN", name, password]


@pytest.mark.parametrize(
    ("features", "offered"), [([], "none"), (["AUTH CRAM-MD5 XOAUTH2"], "CRAM-MD5 XOAUTH2")]
)
def test_a_server_without_a_known_login_is_named(
    serve: Serve, transport_to: Connect, features: list[str], offered: str
) -> None:
    said = complaint(transport_to(serve(features=features), username="ann", password="x"))
    assert "offers no login that MailHub knows" in said
    assert offered in said


def test_a_password_never_leaves_the_machine_unencrypted(transport_to: Connect) -> None:
    said = complaint(transport_to(25, host="smtp.example.org", username="ann", password="x"))
    assert "does not send the password of “ann” to smtp.example.org:25 unencrypted" in said


def test_a_closed_port_is_named(transport_to: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert complaint(transport_to(port)).startswith(f"127.0.0.1:{port} refused the connection.")


@pytest.mark.parametrize("host", ["no such host", "mail..example", "x" * 70 + ".example"])
def test_a_name_that_does_not_resolve_is_named(transport_to: Connect, host: str) -> None:
    said = complaint(transport_to(25, host=host))
    assert f"the name “{host}” does not resolve" in said


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"CONNECT": ["554 5.7.1 Go away"]}, "refused the connection (554 5.7.1 Go away)."),
        ({"CONNECT": [DROP]}, "closed the connection at its greeting."),
        ({"EHLO": [DROP]}, "closed the connection at EHLO."),
        ({"EHLO": ["421 4.3.2 Busy"]}, "at EHLO."),
        ({"EHLO": ["550 No"], "HELO": ["550 5.7.1 Not you"]}, "refused EHLO (550 5.7.1 Not you)."),
    ],
)
def test_a_server_that_does_not_want_us_is_named(
    serve: Serve, transport_to: Connect, script: dict[str, list[str]], said: str
) -> None:
    server = serve(script=script)
    heard = complaint(transport_to(server))
    assert heard.startswith(f"127.0.0.1:{server.port} ")
    assert said in heard


def test_a_server_that_never_greets_is_named(serve: Serve, transport_to: Connect) -> None:
    said = complaint(transport_to(serve(script={"CONNECT": [SILENCE]}), timeouts=Timeouts(greeting=0.2)))
    assert "did not answer in time at its greeting" in said
    assert "tls=implicit" in said

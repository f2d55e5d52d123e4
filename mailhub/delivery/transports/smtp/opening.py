"""Opens a connection: address, TLS with its certificate checked, EHLO, login."""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from mailhub.delivery.transports.smtp import connection, failures, replies
from mailhub.delivery.transports.smtp.connection import Connection, Timeouts
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.lib.environment import SmtpServer


def connect(
    server: SmtpServer,
    *,
    ehlo_name: str,
    timeouts: Timeouts,
    session: Callable[..., smtplib.SMTP] = smtplib.SMTP,
) -> Connection:
    """A connection that is ready for MAIL FROM. Raises RouteFailed with the sentence that says why not.

    A password goes only over TLS, or to this machine itself. `session` makes the smtplib session.
    """
    if server.username and server.tls == "none" and not _is_loopback(server.host):
        raise failures.plaintext_login(server)
    try:
        context = ssl.create_default_context()
        opened = _handshake(server, context, ehlo_name=ehlo_name, timeouts=timeouts, make=session)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in failures.HOST_MISMATCH:
            names = _certificate_names(server, ehlo_name=ehlo_name, timeouts=timeouts)
            raise failures.other_host(server, names) from error
        raise failures.tls_failed(server, error) from error
    except ssl.SSLError as error:
        raise failures.tls_failed(server, error) from error
    if server.username:
        with _closed_on_failure(opened):
            _log_in(server, opened)
    return Connection(opened, timeouts)


def _handshake(
    server: SmtpServer,
    context: ssl.SSLContext,
    *,
    ehlo_name: str,
    timeouts: Timeouts,
    make: Callable[..., smtplib.SMTP] = smtplib.SMTP,
) -> smtplib.SMTP:
    """A session that has greeted, over TLS where the server's settings say so."""
    session = make(local_hostname=ehlo_name, timeout=timeouts.greeting)
    with _closed_on_failure(session):
        session.sock = _socket(server, context, timeouts)
        with _answers(server, during=failures.GREETING):
            code, answer = session.getreply()
        if code != 220:
            raise failures.refused(server, during=failures.CONNECTION, reply=replies.read(code, answer))
        _greet(server, session)
        if server.tls == "starttls":
            _start_tls(server, session, context)
    return session


def _socket(server: SmtpServer, context: ssl.SSLContext, timeouts: Timeouts) -> socket.socket:
    try:
        plain = socket.create_connection((server.host, server.port), timeout=timeouts.connect)
    except (OSError, UnicodeError) as error:
        reason = error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME, str(error))
        raise failures.not_connected(server, reason) from error
    if server.tls != "implicit":
        plain.settimeout(timeouts.greeting)
        return plain
    try:
        wrapped = context.wrap_socket(plain, server_hostname=server.host)
    except ssl.SSLError:
        raise
    except OSError as error:
        raise failures.not_connected(server, error) from error
    wrapped.settimeout(timeouts.greeting)
    return wrapped


def _greet(server: SmtpServer, session: smtplib.SMTP) -> None:
    with _answers(server, during="EHLO"):
        try:
            session.ehlo_or_helo_if_needed()
        except smtplib.SMTPHeloError as error:
            raise failures.refused(
                server, during="EHLO", reply=replies.read(error.smtp_code, _octets(error.smtp_error))
            ) from error


def _start_tls(server: SmtpServer, session: smtplib.SMTP, context: ssl.SSLContext) -> None:
    if not session.has_extn("starttls"):
        raise failures.no_starttls(server)
    with _answers(server, during="STARTTLS"):
        code, answer = session.docmd("STARTTLS")
        if code != 220:
            raise failures.refused(server, during="STARTTLS", reply=replies.read(code, answer))
        assert session.sock is not None
        session.sock = context.wrap_socket(session.sock, server_hostname=server.host)
    # RFC 3207 section 4.2: what was said before TLS, even a line already received, counts no more.
    session.file = None
    session.ehlo_resp = session.helo_resp = None
    _greet(server, session)


def _log_in(server: SmtpServer, session: smtplib.SMTP) -> None:
    offered = (session.esmtp_features.get("auth") or "").upper().split()
    with _answers(server, during=failures.LOGIN):
        if "PLAIN" in offered:
            code, answer = _plain(server, session)
        elif "LOGIN" in offered:
            code, answer = _login(server, session)
        else:
            raise failures.no_login(server, offered=" ".join(dict.fromkeys(offered)))
    if code != 235:
        raise failures.login_refused(server, replies.read(code, answer))


def _plain(server: SmtpServer, session: smtplib.SMTP) -> tuple[int, bytes]:
    """AUTH PLAIN (RFC 4616) with the answer at once, and again for a server that asks for it."""
    response = b64encode(f"\0{server.username}\0{server.password}".encode()).decode()
    code, answer = session.docmd("AUTH PLAIN", response)
    return session.docmd(response) if code == 334 else (code, answer)


def _login(server: SmtpServer, session: smtplib.SMTP) -> tuple[int, bytes]:
    """AUTH LOGIN: the user name and the password, each asked for."""
    code, answer = session.docmd("AUTH LOGIN")
    for word in (server.username, server.password):
        if code != 334:
            break
        code, answer = session.docmd(b64encode(word.encode()).decode())
    return code, answer


def _certificate_names(server: SmtpServer, *, ehlo_name: str, timeouts: Timeouts) -> list[str]:
    """Whom the server's certificate is for, asked over a second connection that carries nothing else."""
    context = ssl.create_default_context()
    context.check_hostname = False
    try:
        session = _handshake(server, context, ehlo_name=ehlo_name, timeouts=timeouts)
    except (OSError, RouteFailed):
        return []
    try:
        assert isinstance(session.sock, ssl.SSLSocket)
        certificate = session.sock.getpeercert() or {}
    finally:
        session.close()
    alternatives = certificate.get("subjectAltName", ())
    return [str(pair[1]) for pair in alternatives if isinstance(pair, tuple)]


@contextmanager
def _closed_on_failure(session: smtplib.SMTP) -> Iterator[None]:
    try:
        yield
    except BaseException:
        session.close()
        raise


@contextmanager
def _answers(server: SmtpServer, *, during: str) -> Iterator[None]:
    """Turns a connection that ends or stays silent into a RouteFailed; TLS errors go through."""
    try:
        yield
    except ssl.SSLError:
        raise
    except OSError as error:
        raise failures.no_answer(server, during=during, timed_out=connection.timed_out(error)) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _octets(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()

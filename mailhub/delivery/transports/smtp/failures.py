"""Why a route does not work, as a sentence that names the server and what to do."""

from __future__ import annotations

import socket
import ssl

from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp.asking import NoAnswer
from mailhub.lib.environment import SmtpServer
from mailhub.lib.errors import UserError

# Codes of OpenSSL's x509_vfy.h.
HOST_MISMATCH = (62, 64)
EXPIRED = 10
NOT_YET_VALID = 9


class RouteFailed(UserError):
    """The route as a whole does not work; no letter was tried."""


def name(server: SmtpServer) -> str:
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{host}:{server.port}"


def not_connected(server: SmtpServer, error: OSError) -> RouteFailed:
    """From what the socket said before the first reply."""
    if isinstance(error, ssl.SSLError):
        return tls_failed(server, error)
    if isinstance(error, socket.gaierror):
        return RouteFailed(
            f"The mail server {name(server)} was not found: the name “{server.host}” does not resolve "
            f"({error.strerror}). Check the host in {server.origin} and this machine's DNS."
        )
    if isinstance(error, ConnectionRefusedError):
        return RouteFailed(
            f"{name(server)} refused the connection. Check that the mail server runs and that "
            f"{server.origin} names its port."
        )
    if isinstance(error, TimeoutError):
        return RouteFailed(
            f"{name(server)} did not answer in time. "
            f"Check {server.origin}, and that no firewall is in between."
        )
    return RouteFailed(f"{name(server)} could not be reached: {error.strerror or error}.")


def no_answer(server: SmtpServer, *, during: str, error: NoAnswer) -> RouteFailed:
    """The connection was there and went silent, away or mad before a letter was tried."""
    happened = "did not answer in time" if error.silent else "closed the connection"
    if error.garbled:
        happened = "did not speak SMTP"
    hint = ""
    if during == "its greeting" and server.tls != "implicit":
        hint = f" A port that begins with TLS, like 465, needs tls=implicit in {server.origin}."
    return RouteFailed(f"{name(server)} {happened} at {during}.{hint}")


def refused(server: SmtpServer, *, during: str, reply: Reply) -> RouteFailed:
    return RouteFailed(f"{name(server)} refused {during} ({reply.text}).")


def tls_failed(server: SmtpServer, error: ssl.SSLError) -> RouteFailed:
    """Any trouble with TLS but a certificate for another name."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in (EXPIRED, NOT_YET_VALID):
            when = "has expired" if error.verify_code == EXPIRED else "is not valid yet"
            return RouteFailed(
                f"The certificate of {name(server)} {when}. Have it renewed, or check this machine's clock."
            )
        return RouteFailed(
            f"The certificate of {name(server)} is not trusted ({error.verify_message}). "
            "If its authority is your own, name its certificate file in SSL_CERT_FILE."
        )
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return RouteFailed(
        f"{name(server)} and MailHub could not agree on TLS ({reason}). "
        f"Check whether tls={server.tls} in {server.origin} is right for this port."
    )


def other_host(server: SmtpServer, names: list[str]) -> RouteFailed:
    """The certificate is good, but for other names."""
    whose = " and ".join(names[:3]) if names else "another host"
    return RouteFailed(
        f"The certificate of {name(server)} is for {whose}, not for {server.host}. "
        f"Name the server in {server.origin} as its certificate does."
    )


def no_starttls(server: SmtpServer) -> RouteFailed:
    return RouteFailed(
        f"{name(server)} does not offer STARTTLS. Use tls=implicit if its port begins with TLS; "
        "with tls=none letters go unencrypted."
    )


def plaintext_login(server: SmtpServer) -> RouteFailed:
    return RouteFailed(
        f"MailHub does not send the password of “{server.username}” to {name(server)} unencrypted. "
        f"Set tls=starttls or tls=implicit in {server.origin}."
    )


def no_login(server: SmtpServer, *, offered: str) -> RouteFailed:
    ways = f"only {offered}" if offered else "none"
    return RouteFailed(
        f"{name(server)} offers no login that MailHub knows (PLAIN or LOGIN; it offers {ways}). "
        f"Check the port and tls= in {server.origin}, or leave the user and password out."
    )


def login_refused(server: SmtpServer, reply: Reply) -> RouteFailed:
    if reply.code // 100 == 4:
        return RouteFailed(
            f"{name(server)} could not check the login of “{server.username}” just now ({reply.text}). "
            "Try again later."
        )
    return RouteFailed(
        f"{name(server)} refused the login of “{server.username}” ({reply.text}). "
        f"Check the user and password in {server.origin}."
    )


def login_wanted(server: SmtpServer, reply: Reply) -> RouteFailed:
    return RouteFailed(
        f"{name(server)} takes no letters without a login or TLS ({reply.text}). "
        f"Put a user and password, or tls=starttls, into {server.origin}."
    )

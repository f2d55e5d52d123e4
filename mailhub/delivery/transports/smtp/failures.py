"""Why a route does not work, as a sentence that names the server and what to do."""

from __future__ import annotations

import socket
import ssl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp.asking import NoAnswer
from mailhub.lib.environment import SmtpServer
from mailhub.lib.errors import UserError

# Codes of OpenSSL's x509_vfy.h.
HOST_MISMATCH = (62, 64)
EXPIRED = 10
NOT_YET_VALID = 9
# The steps of the opening that have a name in words; the others go by their command.
GREETING, CONNECTION, LOGIN = "its greeting", "the connection", "the login"
STEPS = {
    GREETING: gettext_lazy("its greeting"),
    CONNECTION: gettext_lazy("the connection"),
    LOGIN: gettext_lazy("the login"),
}


class RouteFailed(UserError):
    """The route as a whole does not work; no letter was tried."""


def name(server: SmtpServer) -> str:
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{host}:{server.port}"


def said(step: str) -> str:
    return str(STEPS.get(step, step))


def not_connected(server: SmtpServer, error: OSError) -> RouteFailed:
    """From what the socket said before the first reply."""
    if isinstance(error, ssl.SSLError):
        return tls_failed(server, error)
    if isinstance(error, socket.gaierror):
        return RouteFailed(
            _(
                "The mail server %(server)s was not found: the name “%(host)s” does not resolve "
                "(%(reason)s). Check the host in %(origin)s and this machine's DNS."
            )
            % {"server": name(server), "host": server.host, "reason": error.strerror, "origin": server.origin}
        )
    if isinstance(error, ConnectionRefusedError):
        return RouteFailed(
            _(
                "%(server)s refused the connection. Check that the mail server runs and that %(origin)s "
                "names its port."
            )
            % {"server": name(server), "origin": server.origin}
        )
    if isinstance(error, TimeoutError):
        return RouteFailed(
            _("%(server)s did not answer in time. Check %(origin)s, and that no firewall is in between.")
            % {"server": name(server), "origin": server.origin}
        )
    return RouteFailed(
        _("%(server)s could not be reached: %(reason)s.")
        % {"server": name(server), "reason": error.strerror or error}
    )


def no_answer(server: SmtpServer, *, during: str, error: NoAnswer) -> RouteFailed:
    """The connection was there and went silent, away or mad before a letter was tried."""
    if error.garbled:
        sentence = _("%(server)s did not speak SMTP at %(during)s.")
    elif error.silent:
        sentence = _("%(server)s did not answer in time at %(during)s.")
    else:
        sentence = _("%(server)s closed the connection at %(during)s.")
    facts = {"server": name(server), "during": said(during), "origin": server.origin}
    if during == GREETING and server.tls != "implicit":
        hint = _("A port that begins with TLS, like 465, needs tls=implicit in %(origin)s.")
        return RouteFailed(" ".join((sentence % facts, hint % facts)))
    return RouteFailed(sentence % facts)


def refused(server: SmtpServer, *, during: str, reply: Reply) -> RouteFailed:
    return RouteFailed(
        _("%(server)s refused %(during)s (%(reply)s).")
        % {"server": name(server), "during": said(during), "reply": reply.text}
    )


def tls_failed(server: SmtpServer, error: ssl.SSLError) -> RouteFailed:
    """Any trouble with TLS but a certificate for another name."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in (EXPIRED, NOT_YET_VALID):
            sentence = (
                _(
                    "The certificate of %(server)s has expired. Have it renewed, or check this machine's clock."
                )
                if error.verify_code == EXPIRED
                else _(
                    "The certificate of %(server)s is not valid yet. "
                    "Have it renewed, or check this machine's clock."
                )
            )
            return RouteFailed(sentence % {"server": name(server)})
        return RouteFailed(
            _(
                "The certificate of %(server)s is not trusted (%(reason)s). If its authority is your "
                "own, name its certificate file in SSL_CERT_FILE."
            )
            % {"server": name(server), "reason": error.verify_message}
        )
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return RouteFailed(
        _(
            "%(server)s and MailHub could not agree on TLS (%(reason)s). Check whether tls=%(tls)s "
            "in %(origin)s is right for this port."
        )
        % {"server": name(server), "reason": reason, "tls": server.tls, "origin": server.origin}
    )


def other_host(server: SmtpServer, names: list[str]) -> RouteFailed:
    """The certificate is good, but for other names."""
    whose = ", ".join(names[:3]) if names else _("another host")
    return RouteFailed(
        _(
            "The certificate of %(server)s is for %(whose)s, not for %(host)s. Name the server in "
            "%(origin)s as its certificate does."
        )
        % {"server": name(server), "whose": whose, "host": server.host, "origin": server.origin}
    )


def no_starttls(server: SmtpServer) -> RouteFailed:
    return RouteFailed(
        _(
            "%(server)s does not offer STARTTLS. Use tls=implicit if its port begins with TLS; with "
            "tls=none letters go unencrypted."
        )
        % {"server": name(server)}
    )


def plaintext_login(server: SmtpServer) -> RouteFailed:
    return RouteFailed(
        _(
            "MailHub does not send the password of “%(user)s” to %(server)s unencrypted. Set "
            "tls=starttls or tls=implicit in %(origin)s."
        )
        % {"user": server.username, "server": name(server), "origin": server.origin}
    )


def no_login(server: SmtpServer, *, offered: str) -> RouteFailed:
    ways = _("only %(offered)s") % {"offered": offered} if offered else _("none")
    return RouteFailed(
        _(
            "%(server)s offers no login that MailHub knows (PLAIN or LOGIN; it offers %(ways)s). "
            "Check the port and tls= in %(origin)s, or leave the user and password out."
        )
        % {"server": name(server), "ways": ways, "origin": server.origin}
    )


def login_refused(server: SmtpServer, reply: Reply) -> RouteFailed:
    if reply.code // 100 == 4:
        return RouteFailed(
            _("%(server)s could not check the login of “%(user)s” just now (%(reply)s). Try again later.")
            % {"server": name(server), "user": server.username, "reply": reply.text}
        )
    return RouteFailed(
        _(
            "%(server)s refused the login of “%(user)s” (%(reply)s). Check the user and password in "
            "%(origin)s."
        )
        % {"server": name(server), "user": server.username, "reply": reply.text, "origin": server.origin}
    )


def login_wanted(server: SmtpServer, reply: Reply) -> RouteFailed:
    return RouteFailed(
        _(
            "%(server)s takes no letters without a login or TLS (%(reply)s). Put a user and "
            "password, or tls=starttls, into %(origin)s."
        )
        % {"server": name(server), "reply": reply.text, "origin": server.origin}
    )

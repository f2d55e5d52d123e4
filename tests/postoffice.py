"""A real SMTP server on 127.0.0.1 that keeps what it is given, and refuses whom it is told to refuse."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Letter:
    """What arrived, one for each recipient, byte by byte."""

    mail_from: str
    recipient: str
    content: bytes
    over_tls: bool

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=default).parsebytes(self.content)
        assert isinstance(parsed, EmailMessage)
        return parsed


class _FreePort(Controller):
    """Asks the system for a port; aiosmtpd's own way of saying that it is up needs to know which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class SmtpServer:
    """`replies` maps a recipient to the reply that its RCPT gets; `data_replies` to the one after the dot."""

    replies: dict[str, str] = field(default_factory=dict)
    data_replies: dict[str, str] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    sessions: int = 0
    seconds_a_letter: float = 0
    controller: Controller | None = None

    @property
    def host(self) -> str:
        return "127.0.0.1"

    @property
    def port(self) -> int:
        assert self.controller is not None, "The server has not been started."
        return int(self.controller.port)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds_a_letter)
        for recipient in envelope.rcpt_tos:
            reply = self.data_replies.get(recipient, "250 OK")
            if not reply.startswith("250"):
                return reply
            assert isinstance(envelope.content, bytes)
            over_tls = session.ssl is not None or isinstance(
                server.transport.get_extra_info("ssl_object"), ssl.SSLObject
            )
            self.letters.append(Letter(envelope.mail_from or "", recipient, envelope.content, over_tls))
        return "250 OK"

    def start(
        self,
        *,
        tls: str = "none",
        login: tuple[str, str] | None = None,
        authority: trustme.CA | None = None,
        certificate_for: str = "127.0.0.1",
    ) -> None:
        """Listen on a free port; `tls` is none, starttls or implicit and needs `authority`."""
        context = _server_context(authority, certificate_for) if tls != "none" else None
        options: dict[str, Any] = {"data_size_limit": None}
        if login:
            options |= {
                "authenticator": _Doorkeeper(*login),
                "auth_required": True,
                "auth_require_tls": tls == "starttls",
            }
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        self.controller = _FreePort(
            self, hostname="127.0.0.1", port=0, ssl_context=context if tls == "implicit" else None, **options
        )
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()


@dataclass(frozen=True)
class _Doorkeeper:
    username: str
    password: str

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: Any
    ) -> AuthResult:
        expected = LoginPassword(self.username.encode(), self.password.encode())
        return AuthResult(success=auth_data == expected, handled=False)


def _server_context(authority: trustme.CA | None, certificate_for: str) -> ssl.SSLContext:
    assert authority is not None, "A TLS server needs an authority that signs its certificate."
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(certificate_for).configure_cert(context)
    return context

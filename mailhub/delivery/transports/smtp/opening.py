"""Opens a connection: address, TLS with its certificate checked, EHLO, login."""

from __future__ import annotations

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp import failures, trust
from mailhub.delivery.transports.smtp import wire as wires
from mailhub.delivery.transports.smtp.asking import Asker, NoAnswer
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.delivery.transports.smtp.wire import Trace, Wire
from mailhub.lib.environment import SmtpServer

HIDDEN = "••••••••"


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that is ready for MAIL FROM, and what its server offers: keyword (upper case) and
    parameters."""

    wire: Wire
    offers: dict[str, str] = field(default_factory=dict)


async def connect(
    server: SmtpServer, *, ehlo_name: str, timeouts: Timeouts, trace: Trace | None = None
) -> Opened:
    """Raises RouteFailed with the sentence that says why not.

    A password goes only over TLS, or to this machine itself.
    """
    if server.username and server.tls == "none" and not _is_loopback(server.host):
        raise failures.plaintext_login(server)
    handshake = Handshake(server, ehlo_name, timeouts, trace)
    try:
        opened = await handshake.run(None if server.tls == "none" else trust.context())
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in failures.HOST_MISMATCH:
            raise failures.other_host(server, await _certificate_names(server, handshake)) from error
        raise failures.tls_failed(server, error) from error
    except ssl.SSLError as error:
        raise failures.tls_failed(server, error) from error
    if server.username:
        with _dropped_on_failure(opened.wire):
            await handshake.log_in(opened.offers)
    return opened


class Handshake:
    """What is said on a connection before the first letter.

    `address` is where to connect to, when the host's name has been looked up already. `may_go_plain`:
    a server that does not offer STARTTLS gets its letters without.
    """

    def __init__(
        self,
        server: SmtpServer,
        ehlo_name: str,
        timeouts: Timeouts,
        trace: Trace | None = None,
        *,
        address: str = "",
        may_go_plain: bool = False,
    ) -> None:
        self.address, self.may_go_plain = address or server.host, may_go_plain
        self.server, self.ehlo_name, self.timeouts, self.trace = server, ehlo_name, timeouts, trace

    async def run(self, context: ssl.SSLContext | None) -> Opened:
        """Connected and greeted, over TLS where the server's settings say so."""
        wire = await self._connected(context)
        with _dropped_on_failure(wire):
            self._asker = Asker(wire)
            with self._answers(during=failures.GREETING):
                reply = await self._asker.reply(seconds=self.timeouts.greeting)
            if reply.code != 220:
                raise failures.refused(self.server, during=failures.CONNECTION, reply=reply)
            offers = await self._greet()
            skips = self.may_go_plain and "STARTTLS" not in offers
            if context is not None and self.server.tls == "starttls" and not skips:
                offers = await self._start_tls(context, offers)
        return Opened(wire, offers)

    async def _connected(self, context: ssl.SSLContext | None) -> Wire:
        server, loop = self.server, asyncio.get_running_loop()
        is_implicit = server.tls == "implicit"
        try:
            async with asyncio.timeout(self.timeouts.connect):
                _transport, wire = await loop.create_connection(
                    lambda: Wire(self.trace),
                    self.address,
                    server.port,
                    ssl=context if is_implicit else None,
                    server_hostname=server.host if is_implicit else None,
                )
        except ssl.SSLError:
            raise
        except (OSError, UnicodeError, ValueError) as error:
            reason = error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME, str(error))
            raise failures.not_connected(server, reason) from error
        assert isinstance(wire, Wire)
        return wire

    async def _greet(self) -> dict[str, str]:
        """EHLO, or HELO for a server that does not know it; what the server offers."""
        with self._answers(during="EHLO"):
            reply = await self._command(f"EHLO {self.ehlo_name}")
            if reply.code == 250:
                return _offers(self._asker.lines)
            reply = await self._command(f"HELO {self.ehlo_name}")
        if reply.code != 250:
            raise failures.refused(self.server, during="EHLO", reply=reply)
        return {}

    async def _start_tls(self, context: ssl.SSLContext, offers: dict[str, str]) -> dict[str, str]:
        if "STARTTLS" not in offers:
            raise failures.no_starttls(self.server)
        with self._answers(during="STARTTLS"):
            reply = await self._command("STARTTLS")
            if reply.code != 220:
                raise failures.refused(self.server, during="STARTTLS", reply=reply)
            seconds = self.timeouts.greeting
            await self._asker.wire.start_tls(context, host=self.server.host, seconds=seconds)
        self._asker.forget()
        return await self._greet()

    async def log_in(self, offers: dict[str, str]) -> None:
        """AUTH PLAIN or LOGIN, whichever the server knows; raises RouteFailed."""
        mechanisms = offers.get("AUTH", "").upper().split()
        with self._answers(during=failures.LOGIN):
            if "PLAIN" in mechanisms:
                reply = await self._plain()
            elif "LOGIN" in mechanisms:
                reply = await self._login()
            else:
                raise failures.no_login(self.server, offered=" ".join(dict.fromkeys(mechanisms)))
        if reply.code != 235:
            raise failures.login_refused(self.server, reply)

    async def _plain(self) -> Reply:
        """AUTH PLAIN (RFC 4616) with the answer at once, and again for a server that asks for it."""
        words = f"\0{self.server.username}\0{self.server.password}"
        response = b64encode(words.encode()).decode()
        reply = await self._command(f"AUTH PLAIN {response}", shown=f"AUTH PLAIN {HIDDEN}")
        return await self._command(response, shown=HIDDEN) if reply.code == 334 else reply

    async def _login(self) -> Reply:
        """AUTH LOGIN: the user name and the password, each asked for."""
        reply = await self._command("AUTH LOGIN")
        for word in (self.server.username, self.server.password):
            if reply.code != 334:
                break
            reply = await self._command(b64encode(word.encode()).decode(), shown=HIDDEN)
        return reply

    async def _command(self, line: str, *, shown: str = "") -> Reply:
        return await self._asker.ask(line, seconds=self.timeouts.greeting, shown=shown)

    @contextmanager
    def _answers(self, *, during: str) -> Iterator[None]:
        """Turns a connection that ends or stays silent into a RouteFailed; TLS errors go through."""
        try:
            yield
        except ssl.SSLError:
            raise
        except NoAnswer as error:
            raise failures.no_answer(self.server, during=during, error=error) from error
        except OSError as error:
            silence = NoAnswer(wires.SILENT if isinstance(error, TimeoutError) else wires.LOST)
            raise failures.no_answer(self.server, during=during, error=silence) from error


async def _certificate_names(server: SmtpServer, handshake: Handshake) -> list[str]:
    """Whom the server's certificate is for, asked over a second connection that carries nothing else."""
    context = ssl.create_default_context()
    context.check_hostname = False
    try:
        opened = await Handshake(server, handshake.ehlo_name, handshake.timeouts).run(context)
    except (OSError, RouteFailed):
        return []
    names = opened.wire.certificate_names()
    opened.wire.drop()
    return names


def _offers(lines: list[bytes]) -> dict[str, str]:
    """Keyword and parameters of each line of an EHLO reply but the first."""
    offers: dict[str, str] = {}
    for line in lines[1:]:
        text = line.decode("utf-8", "replace").strip()
        if text.upper().startswith("AUTH="):  # as of old, before RFC 2554
            text = text.replace("=", " ", 1)
        keyword, _blank, parameters = text.partition(" ")
        keyword = keyword.upper()
        known = offers.get(keyword, "")
        offers[keyword] = f"{known} {parameters}".strip() if keyword == "AUTH" else parameters.strip()
    return offers


@contextmanager
def _dropped_on_failure(wire: Wire) -> Iterator[None]:
    try:
        yield
    except BaseException:
        wire.drop()
        raise


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

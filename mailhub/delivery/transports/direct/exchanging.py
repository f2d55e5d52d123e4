"""Opens a connection to one of a destination's servers, the first that works."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Callable

from django.utils.translation import gettext as _

from mailhub.delivery.transports.direct.destinations import Destination
from mailhub.delivery.transports.direct.resolving import LookupFailed, Resolver
from mailhub.delivery.transports.smtp import failures, trust
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.opening import Handshake, Opened
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.lib.environment import SmtpServer

log = logging.getLogger(__name__)

# RFC 5321 section 5.1 asks for two at least; a domain with twenty dead ones must not hold its letters up.
MOST_ADDRESSES = 5


async def connect(
    destination: Destination,
    *,
    resolver: Resolver,
    is_allowed: Callable[[str], bool],
    port: int,
    ehlo_name: str,
    timeouts: Timeouts,
) -> Opened:
    """Tries server after server, address after address; raises RouteFailed with what the last one said."""
    failed = RouteFailed(_("None of its mail servers has an address that letters may be sent to."))
    tried = 0
    async for host, address in _addresses(destination, resolver):
        if not is_allowed(address):
            continue
        server = SmtpServer(host, port, "", "", "starttls", origin="DNS")
        handshake = Handshake(server, ehlo_name, timeouts, address=address, may_go_plain=True)
        try:
            if destination.must_prove:
                return await _proven(handshake)
            return await _best(handshake)
        except RouteFailed as error:
            failed, tried = error, tried + 1
        if tried == MOST_ADDRESSES:
            break
    raise failed


async def _addresses(destination: Destination, resolver: Resolver) -> AsyncIterator[tuple[str, str]]:
    if destination.literal:
        yield destination.literal, destination.literal
    for host in destination.hosts:
        try:
            found = await resolver.addresses(host)
        except LookupFailed as error:
            log.info("The addresses of the mail server %s were not found: %s", host, error)
            continue
        for address in found:
            yield host, address


async def _proven(handshake: Handshake) -> Opened:
    """Over TLS, with a certificate for the server's name (RFC 8461 section 4.2)."""
    handshake.may_go_plain = False
    try:
        return await handshake.run(trust.context())
    except ssl.SSLError as error:
        raise failures.tls_failed(handshake.server, error) from error


async def _best(handshake: Handshake) -> Opened:
    """Over TLS where it works, whoever is at the other end; else in the clear (RFC 7435)."""
    try:
        return await handshake.run(trust.anybody())
    except ssl.SSLError as error:
        log.info("TLS with %s failed (%s): going on without", handshake.server.host, error)
    except RouteFailed as error:
        # A refused STARTTLS, or a connection that ended in it; anything else has no second chance.
        if "at STARTTLS" not in str(error) and "refused STARTTLS" not in str(error):
            raise
    return await handshake.run(None)

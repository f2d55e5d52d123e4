"""The name by which MailHub introduces itself in EHLO (RFC 5321 sections 2.3.5 and 4.1.3)."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from mailhub.lib import addresses
from mailhub.lib.errors import UserError


def ehlo_name(public_url: str) -> str:
    """The host of `public_url`; of a loopback one, this machine's full name or else its address literal."""
    host = urlsplit(public_url).hostname or "localhost"
    if (literal := _literal(host)) and not ip_address(host).is_loopback:
        return literal
    if not literal and (name := _domain(host)):
        return name
    return _domain(socket.getfqdn()) or literal or "[127.0.0.1]"


def _literal(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def _domain(host: str) -> str:
    # Reverse names and a hosts file's stand-ins say nothing about who is speaking.
    if host.endswith((".arpa", ".localdomain", ".localhost")):
        return ""
    try:
        return addresses.ascii_domain(host)
    except UserError:
        return ""

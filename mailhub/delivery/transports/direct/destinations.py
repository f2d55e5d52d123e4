"""From a recipient's domain to the servers that take its mail, in the order in which to try them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import groupby

from mailhub.delivery.contracts import Kind, Outcome, Verdict
from mailhub.delivery.transports.direct.resolving import Exchange, LookupFailed, Resolver

_SEED = random.random()


@dataclass(frozen=True, slots=True)
class Destination:
    """Whose servers these are does not matter: domains with the same ones share their connections.

    `must_prove` are the names that a server's certificate has to show (MTA-STS enforced); without, TLS
    is taken where it is offered. `literal` is an address that stood in the recipient's in place of a name.
    """

    hosts: tuple[str, ...]
    literal: str = ""
    must_prove: bool = False

    @property
    def name(self) -> str:
        return f"{'+'.join(self.hosts) or self.literal}{' proven' if self.must_prove else ''}"


class NotDeliverable(Exception):
    """No server can be tried for the domain now, or ever."""

    def __init__(self, verdict: Verdict, enhanced: str, text: str, kind: Kind) -> None:
        super().__init__(text)
        self.verdict, self.enhanced, self.kind = verdict, enhanced, kind

    def outcome(self, message_id: int) -> Outcome:
        return Outcome(message_id, self.verdict, 0, self.enhanced, str(self), self.kind)


async def find(domain: str, resolver: Resolver) -> Destination:
    """RFC 5321 section 5.1; raises NotDeliverable.

    Codes: 5.1.2 no such domain, 5.1.10 null MX (RFC 7505), 5.4.4 no way to it, 4.4.3 DNS did not say.
    """
    if domain.startswith("["):
        return Destination((), literal=_literal(domain))
    try:
        found = await resolver.exchanges(domain)
    except LookupFailed as error:
        text = f"DNS did not say which servers take mail for {domain} ({error})."
        raise NotDeliverable(Verdict.DEFERRED, "4.4.3", text, Kind.UNREACHABLE) from error
    if found is None:
        text = f"There is no domain {domain}."
        raise NotDeliverable(Verdict.REFUSED, "5.1.2", text, Kind.MAILBOX_GONE)
    if any(not exchange.host for exchange in found):
        if len(found) == 1:
            text = f"{domain} takes no mail (null MX)."
            raise NotDeliverable(Verdict.REFUSED, "5.1.10", text, Kind.MAILBOX_GONE)
        found = [exchange for exchange in found if exchange.host]
    if not found:
        found = [await _itself(domain, resolver)]
    return Destination(tuple(_in_order(found)))


async def _itself(domain: str, resolver: Resolver) -> Exchange:
    """Without an MX record the domain's own address counts (RFC 5321 section 5.1)."""
    try:
        addresses = await resolver.addresses(domain)
    except LookupFailed as error:
        text = f"DNS did not say where {domain} is ({error})."
        raise NotDeliverable(Verdict.DEFERRED, "4.4.3", text, Kind.UNREACHABLE) from error
    if not addresses:
        text = f"{domain} has no mail server: neither an MX record nor an address."
        raise NotDeliverable(Verdict.REFUSED, "5.4.4", text, Kind.UNREACHABLE)
    return Exchange(0, domain)


def _in_order(exchanges: list[Exchange]) -> list[str]:
    """By preference; equal ones in any order, so that each gets its share of the connections."""
    ordered: list[str] = []
    for _value, equals in groupby(sorted(exchanges, key=_preference), key=_preference):
        hosts = sorted({exchange.host for exchange in equals})
        # The domains of one provider agree, to share its connections; other processes need not.
        random.Random(f"{_SEED} {hosts}").shuffle(hosts)
        ordered += [host for host in hosts if host not in ordered]
    return ordered


def _preference(exchange: Exchange) -> int:
    return exchange.preference


def _literal(domain: str) -> str:
    """The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3)."""
    text = domain.strip("[]")
    try:
        return str(ip_address(text[5:] if text.lower().startswith("ipv6:") else text))
    except ValueError as error:
        reason = f"{domain} is not the address of a mail server."
        raise NotDeliverable(Verdict.REFUSED, "5.1.3", reason, Kind.MAILBOX_GONE) from error

"""Asks DNS where a domain takes its mail, without blocking, and remembers the answers as long as they say."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

SECONDS = 5.0
# A record may ask to be kept for no time at all, or for a week: neither suits a queue of letters.
SHORTEST, LONGEST = 60.0, 3600.0
# How long "no such name" (RFC 2308 bounds it by the zone's SOA) and no answer are believed.
NOTHING_KEPT = 300.0
FAILURE_KEPT = 30.0
MOST_KEPT = 20_000


class LookupFailed(Exception):
    """DNS gave no answer: nothing is known of the name. The text says what happened."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One MX record; `host` "" is the null MX (RFC 7505)."""

    preference: int
    host: str


class Resolver(Protocol):
    """Names in without their last dot. Each raises LookupFailed."""

    async def exchanges(self, domain: str) -> list[Exchange] | None:
        """The MX records, [] when there are none; None when the name does not exist."""
        ...

    async def addresses(self, host: str) -> list[str]:
        """IPv4 first: fewer receivers hold an IPv6 sender's missing reputation against it."""
        ...

    async def texts(self, name: str) -> list[str]: ...


class DnsResolver:
    """Over the machine's name servers, or those of MAILHUB_DNS_SERVERS. Used by one event loop."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, list[Any] | LookupFailed | None]] = {}

    async def exchanges(self, domain: str) -> list[Exchange] | None:
        records = await self._records(domain, "MX")
        if records is None:
            return None
        return [Exchange(record.preference, _name(record.exchange)) for record in records]

    async def addresses(self, host: str) -> list[str]:
        four, six = await self._records(host, "A"), await self._records(host, "AAAA")
        return [record.address for record in (*(four or ()), *(six or ()))]

    async def texts(self, name: str) -> list[str]:
        records = await self._records(name, "TXT")
        return [b"".join(record.strings).decode("utf-8", "replace") for record in records or ()]

    async def _records(self, name: str, kind: str) -> list[Any] | None:
        """None when there is no such name."""
        key = (name.lower(), kind)
        known: list[Any] | LookupFailed | None
        until, known = self._kept.get(key, (0.0, None))
        if until <= self._clock():
            known, seconds = await self._ask(name, kind)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (self._clock() + seconds, known)
        if isinstance(known, LookupFailed):
            raise known
        return known

    async def _ask(self, name: str, kind: str) -> tuple[list[Any] | LookupFailed | None, float]:
        """What DNS says, and for how long to believe it."""
        try:
            answer = await _resolver().resolve(
                f"{name}.", kind, lifetime=SECONDS, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            return None, NOTHING_KEPT
        except (dns.exception.DNSException, OSError, ValueError) as error:
            reason = "no answer in time" if isinstance(error, dns.exception.Timeout) else _first_line(error)
            return LookupFailed(reason), FAILURE_KEPT
        if answer.rrset is None:
            return [], NOTHING_KEPT
        return list(answer.rrset), min(max(float(answer.rrset.ttl), SHORTEST), LONGEST)


def is_public(address: str) -> bool:
    """Whether a stranger's DNS may send us there: not into this machine or its network (rules 9.5)."""
    return ip_address(address).is_global


def _resolver() -> dns.asyncresolver.Resolver:
    if not settings.MAILHUB_DNS_SERVERS:
        return dns.asyncresolver.get_default_resolver()
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [
        dns.nameserver.Do53Nameserver(address, port) for address, port in settings.MAILHUB_DNS_SERVERS
    ]
    return resolver


def _name(exchange: Any) -> str:
    return str(exchange.to_text(omit_final_dot=True)).lower().removesuffix(".")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__

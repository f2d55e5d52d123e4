"""Asks DNS, through the machine's name servers or those of MAILHUB_DNS_SERVERS."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

SECONDS = 5.0


class LookupFailed(Exception):
    """DNS gave no answer: nothing is known of the name."""


class NotAsked(LookupFailed):
    """Nobody has looked the name up yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The records at a name as text, none when the name or the records do not exist.

    `alias` is where a CNAME at the name leads to, `server` the name server that answered.
    """

    values: tuple[str, ...] = ()
    alias: str = ""
    server: str = ""


# A fully qualified name without its last dot, and a type such as TXT, in; raises LookupFailed.
Ask = Callable[[str, str], Answer]


def ask(name: str, kind: str, *, seconds: float = SECONDS) -> Answer:
    """What DNS says, after `seconds` at most; raises LookupFailed."""
    try:
        answer = _resolver().resolve(
            f"{name}.", kind, lifetime=max(seconds, 0.01), raise_on_no_answer=False, search=False
        )
    except dns.resolver.NXDOMAIN:
        return Answer()
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise LookupFailed(_reason(error)) from error
    canonical = answer.canonical_name.to_text(omit_final_dot=True).lower()
    return Answer(
        values=tuple(_text(record) for record in answer.rrset or ()),
        alias=canonical if canonical != name.lower() else "",
        server=str(answer.nameserver or ""),
    )


def ask_until(ends: float) -> Ask:
    """An `ask` whose answers all come before the monotonic clock says `ends`."""

    def asked(name: str, kind: str) -> Answer:
        return ask(name, kind, seconds=min(SECONDS, ends - time.monotonic()))

    return asked


def _resolver() -> dns.resolver.Resolver:
    if not settings.MAILHUB_DNS_SERVERS:
        return dns.resolver.get_default_resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [
        dns.nameserver.Do53Nameserver(address, port) for address, port in settings.MAILHUB_DNS_SERVERS
    ]
    return resolver


def _text(record: dns.rdata.Rdata) -> str:
    if record.rdtype == dns.rdatatype.TXT:
        # RFC 7208 section 3.3, RFC 6376 section 3.6.2.2: the strings of one record belong together.
        strings: tuple[bytes, ...] = record.strings  # type: ignore[attr-defined]  # of TXT records
        return b"".join(strings).decode("utf-8", "replace")
    return record.to_text().rstrip(".")


def _reason(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no answer in time"
    return (str(error).splitlines() or [""])[0] or type(error).__name__

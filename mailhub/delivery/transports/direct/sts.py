"""MTA-STS (RFC 8461): which servers a domain's mail may go to, and that they have to prove who they are."""

from __future__ import annotations

import asyncio
import http.client
import logging
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mailhub.delivery.contracts import Kind, Verdict
from mailhub.delivery.transports.direct.destinations import Destination, NotDeliverable
from mailhub.delivery.transports.direct.resolving import LookupFailed, Resolver
from mailhub.delivery.transports.smtp import trust

log = logging.getLogger(__name__)

PATH = "/.well-known/mta-sts.txt"
# Section 3.3 wants the fetch bounded in time and size.
FETCH_SECONDS = 10.0
LARGEST = 64 * 1024
LONGEST_AGE = 31_557_600  # section 3.2: about a year
# Section 5.1: a policy that could not be fetched is not asked for at every letter.
RETRY_SECONDS = 300.0

_RECORD = re.compile(r"v=STSv1\s*;.*?\bid\s*=\s*([A-Za-z0-9]{1,32})\s*;?", re.DOTALL)
_LINE = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*:\s*(.*?)\s*")


class PolicyRefused(Exception):
    """What was fetched is no policy; the text says why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`mode` is enforce, testing or none; `patterns` are host names, of which the first label may be `*`."""

    mode: str
    patterns: tuple[str, ...]
    max_age: int

    def allows(self, host: str) -> bool:
        """A wildcard stands for exactly one label (section 4.1)."""
        parent = host.partition(".")[2]
        return any(
            host == pattern or (pattern.startswith("*.") and parent == pattern[2:])
            for pattern in self.patterns
        )


def parse(text: str) -> Policy:
    """Section 3.2; of a field that occurs twice the first counts. Raises PolicyRefused."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            fields.setdefault(found[1].lower(), []).append(found[2])
    first = {name: values[0] for name, values in fields.items()}
    mode, age = first.get("mode", ""), first.get("max_age", "")
    if first.get("version") != "STSv1":
        raise PolicyRefused("it is not of the version STSv1")
    if mode not in ("enforce", "testing", "none"):
        raise PolicyRefused(f"its mode is {mode[:20]!r}")
    if not (age.isascii() and age.isdigit() and len(age) <= 10):
        raise PolicyRefused("it has no max_age")
    patterns = tuple(pattern.lower().rstrip(".") for pattern in fields.get("mx", ()))
    if not patterns and mode != "none":
        raise PolicyRefused("it names no mx")
    return Policy(mode, patterns, min(int(age), LONGEST_AGE))


@dataclass(slots=True)
class _Kept:
    policy: Policy | None = None
    policy_id: str = ""
    expires_at: float = 0.0
    asks_again_at: float = 0.0


class Policies:
    """The policies of the domains that letters go to, kept for as long as they say. For one event loop."""

    def __init__(self, resolver: Resolver, *, is_allowed: Callable[[str], bool], port: int = 443) -> None:
        self._resolver, self._is_allowed, self._port = resolver, is_allowed, port
        self._kept: dict[str, _Kept] = {}

    async def apply(self, domain: str, destination: Destination) -> Destination:
        """The servers that the domain's policy leaves, and whether they must prove who they are.

        Raises NotDeliverable when an enforced policy leaves none: DNS may have been tampered with.
        """
        policy = await self._policy(domain) if destination.hosts else None
        if policy is None or policy.mode == "none":
            return destination
        allowed = tuple(host for host in destination.hosts if policy.allows(host))
        if policy.mode == "testing":
            if allowed != destination.hosts:
                log.warning("Mail servers of %s are not in its MTA-STS policy (testing).", domain)
            return destination
        if not allowed:
            text = f"None of the mail servers of {domain} is in its MTA-STS policy."
            raise NotDeliverable(Verdict.DEFERRED, "4.7.5", text, Kind.UNREACHABLE)
        return replace(destination, hosts=allowed, must_prove=True)

    async def _policy(self, domain: str) -> Policy | None:
        """The policy now; a kept one outlives its record and its web server (section 5.1)."""
        kept = self._kept.setdefault(domain, _Kept())
        now = time.monotonic()
        if kept.expires_at <= now:
            kept.policy, kept.policy_id = None, ""
        policy_id = await self._published_id(domain)
        if not policy_id or policy_id == kept.policy_id or kept.asks_again_at > now:
            return kept.policy
        try:
            policy = parse(await self._fetch(f"mta-sts.{domain}"))
        except (PolicyRefused, LookupFailed, OSError, http.client.HTTPException, TimeoutError) as error:
            log.warning("The MTA-STS policy of %s could not be had: %s", domain, error)
            kept.asks_again_at = now + RETRY_SECONDS
            return kept.policy
        kept.policy, kept.policy_id, kept.expires_at = policy, policy_id, now + policy.max_age
        return policy

    async def _published_id(self, domain: str) -> str:
        """The id in the domain's record; "" when there is not exactly one record (section 3.1)."""
        try:
            records = await self._resolver.texts(f"_mta-sts.{domain}")
        except LookupFailed:
            return ""
        found = [record for record in records if record.startswith("v=STSv1")]
        match = _RECORD.match(found[0]) if len(found) == 1 else None
        return match[1] if match else ""

    async def _fetch(self, host: str) -> str:
        addresses = [one for one in await self._resolver.addresses(host) if self._is_allowed(one)]
        if not addresses:
            raise PolicyRefused(f"{host} has no address that may be connected to")
        work = asyncio.to_thread(fetch, host, addresses[0], self._port)
        return await asyncio.wait_for(work, FETCH_SECONDS + 1)


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was checked, and shows its certificate for the name."""

    def __init__(self, host: str, address: str, port: int) -> None:
        super().__init__(host, port, timeout=FETCH_SECONDS / 2, context=trust.context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=self.timeout)
        self.sock = trust.context().wrap_socket(plain, server_hostname=self.host)


def fetch(host: str, address: str, port: int) -> str:
    """The policy's text: no redirects, a bound on size and time, the certificate checked (rules 9.5).

    Raises PolicyRefused, OSError, HTTPException.
    """
    ends = time.monotonic() + FETCH_SECONDS
    connection = _Pinned(host, address, port)
    try:
        connection.request("GET", PATH, headers={"User-Agent": "MailHub", "Accept": "text/plain"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise PolicyRefused(f"{host} answered {answer.status}")
        if answer.headers.get_content_type() != "text/plain":
            raise PolicyRefused(f"{host} sent {answer.headers.get_content_type()}, not text/plain")
        body = b""
        while piece := answer.read1(LARGEST + 1 - len(body)):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                raise PolicyRefused(f"{host} sent too much or too slowly")
        return body.decode("utf-8", "replace")
    finally:
        connection.close()

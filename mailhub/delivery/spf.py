"""Reads SPF records (RFC 7208) as a receiver would: whom they allow, and with how many look-ups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from mailhub.delivery.lookup import Ask

# RFC 7208 section 4.6.4; one more and every check fails.
MOST_LOOKUPS = 10
# What is counted beyond that, to say by how much.
COUNTED = 25
ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
KNOWN = ASKING | {"all", "ip4", "ip6"}

IP = IPv4Address | IPv6Address
_TERM = re.compile(r"([+?~-]?)([a-z0-9]+)(?::([^/]*))?((?:/\d+){0,2})", re.IGNORECASE)


def is_policy(record: str) -> bool:
    return record.lower() == "v=spf1" or record.lower().startswith("v=spf1 ")


@dataclass(slots=True)
class Policy:
    """What a record says. `broken` names the term by which every check fails."""

    domain: str
    terms: list[str]
    lookups: int = 0
    networks: list[IPv4Network | IPv6Network] = field(default_factory=list)
    broken: str = ""

    @property
    def includes(self) -> list[str]:
        return [term for term in self.terms if term.lstrip("+").lower().startswith(("include:", "redirect="))]

    @property
    def names(self) -> set[str]:
        """Its terms as they are compared: in lower case, without a plus."""
        return {term.lstrip("+").lower() for term in self.terms}

    def allows(self, address: IP) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


def read(record: str, *, domain: str, ask: Ask) -> Policy:
    """The policy of `record`, which stands at `domain`; raises LookupFailed."""
    policy = Policy(domain, record.split()[1:])
    _walk(policy, policy.terms, domain, ask)
    return policy


def merged(records: list[str]) -> str:
    """One record with the terms of all, the strictest `all` at its end."""
    terms = [term for record in records for term in record.split()[1:]]
    ends = [term for term in terms if term.lower().lstrip("+-~?") == "all"]
    rest = dict.fromkeys(term for term in terms if term not in ends)
    end = min(ends, key=lambda term: "-~?+a".index(term[0].lower()), default="~all")
    return " ".join(["v=spf1", *rest, end])


def _walk(policy: Policy, terms: list[str], domain: str, ask: Ask) -> None:
    for term in terms:
        if policy.broken or policy.lookups > COUNTED:
            return
        if term.lower().startswith("redirect="):
            _follow(policy, term, term[9:], ask)
        elif "=" not in term:
            _weigh(policy, term, domain, ask)


def _weigh(policy: Policy, term: str, domain: str, ask: Ask) -> None:
    match = _TERM.fullmatch(term)
    if match is None or match[2].lower() not in KNOWN:
        policy.broken = term
        return
    sign, kind, target, length = match[1], match[2].lower(), match[3] or domain, match[4]
    if kind in ("ip4", "ip6"):
        _add(policy, term, sign, f"{target}{length}")
    elif kind == "include":
        _follow(policy, term, target, ask)
    elif kind in ASKING:
        policy.lookups += 1
        # Macros depend on the letter; what they would allow cannot be told beforehand.
        if kind in ("a", "mx") and "%" not in target and not sign.strip("+"):
            for host in _hosts(kind, target, ask):
                _add_host(policy, host, length, ask)


def _follow(policy: Policy, term: str, target: str, ask: Ask) -> None:
    policy.lookups += 1
    if "%" in target or policy.lookups > COUNTED:
        return
    found = [record for record in ask(target, "TXT").values if is_policy(record)]
    if len(found) != 1:
        policy.broken = term
        return
    _walk(policy, found[0].split()[1:], target, ask)


def _hosts(kind: str, target: str, ask: Ask) -> list[str]:
    if kind == "a":
        return [target]
    return [value.split()[-1].rstrip(".") for value in ask(target, "MX").values][:10]


def _add_host(policy: Policy, host: str, length: str, ask: Ask) -> None:
    for kind, prefix in (("A", length.partition("//")[0]), ("AAAA", "")):
        for address in ask(host, kind).values:
            _add(policy, f"{host}{length}", "", f"{address}{prefix}")


def _add(policy: Policy, term: str, sign: str, text: str) -> None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        policy.broken = term
        return
    if not sign.strip("+"):
        policy.networks.append(network)

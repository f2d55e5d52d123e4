"""SPF records, read as a receiver would."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mailhub.delivery import spf
from mailhub.delivery.lookup import Answer, Ask


def asking(zone: dict[tuple[str, str], tuple[str, ...]]) -> Ask:
    return lambda name, kind: Answer(zone.get((name, kind), ()))


def read(record: str, zone: dict[tuple[str, str], tuple[str, ...]] | None = None) -> spf.Policy:
    return spf.read(record, domain="example.org", ask=asking(zone or {}))


def test_addresses_and_networks_are_allowed_as_written() -> None:
    policy = read("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -ip4:198.51.100.1 ~all")
    assert policy.allows(ip_address("192.0.2.9"))
    assert policy.allows(ip_address("2001:db8::5"))
    assert not policy.allows(ip_address("198.51.100.1"))
    assert (policy.lookups, policy.broken) == (0, "")


def test_names_are_looked_up_and_counted() -> None:
    zone = {
        ("mail.example.org", "A"): ("192.0.2.1",),
        ("example.org", "MX"): ("10 mx.example.org",),
        ("mx.example.org", "A"): ("192.0.2.2",),
        ("_spf.example.net", "TXT"): ("v=spf1 a:other.example.net -all",),
        ("other.example.net", "A"): ("192.0.2.3",),
    }
    policy = read("v=spf1 a:mail.example.org mx include:_spf.example.net ~all", zone)
    assert all(policy.allows(ip_address(f"192.0.2.{last}")) for last in (1, 2, 3))
    assert policy.lookups == 4


def test_a_circle_of_includes_ends_and_is_too_many() -> None:
    zone = {("loop.example.net", "TXT"): ("v=spf1 include:loop.example.net -all",)}
    assert read("v=spf1 include:loop.example.net ~all", zone).lookups > spf.MOST_LOOKUPS


@pytest.mark.parametrize("term", ["ipv4:192.0.2.1", "ip4:192.0.2.300", "include:nothing.example.net"])
def test_a_term_that_breaks_every_check_is_named(term: str) -> None:
    assert read(f"v=spf1 {term} ~all").broken == term


def test_records_are_merged_with_the_strictest_end() -> None:
    merged = spf.merged(["v=spf1 a:one.example ~all", "v=spf1 a:one.example mx -all"])
    assert merged == "v=spf1 a:one.example mx -all"

"""What the owner of a sending domain is to publish in DNS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django.db.models import F, Q

from mailhub.delivery.models import DkimKey, SendingDomain
from mailhub.delivery.services import routing
from mailhub.lib import addresses, clock
from mailhub.lib.errors import UserError

IP = IPv4Address | IPv6Address
RETURN_PATH_LABEL = "bounces"
TRACKING_LABEL = "click"
# Letters are delivered within days; some readers' programs check a signature when a letter is opened.
RETIRED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """`name` is fully qualified without a trailing dot, `value` one unquoted string."""

    type: str
    name: str
    value: str
    purpose: str


class Kind(StrEnum):
    """What a record is there for."""

    DKIM = "dkim"
    RETIRED_DKIM = "retired dkim"
    RETURN_SPF = "return spf"
    SPF = "spf"
    DMARC = "dmarc"
    RETURN_PATH = "return path"
    TRACKING = "tracking"


def records(domain: SendingDomain) -> list[DnsRecord]:
    """All records of the domain: its unretired keys and retired ones still in the mail, SPF, DMARC, hosts."""
    return [record for _, record in by_kind(domain)]


def by_kind(domain: SendingDomain) -> list[tuple[Kind, DnsRecord]]:
    """The same, each with what it is there for; those that sending needs most come first.

    Where the relay signs, its own documents say which key to publish, and MailHub's are left out.
    """
    host = public_host(domain)
    return_spf, spf = _spf(domain, host)
    return [
        *(() if domain.relay_signs else _dkim(domain)),
        (Kind.RETURN_SPF, return_spf),
        (Kind.SPF, spf),
        (Kind.DMARC, _dmarc(domain)),
        (Kind.RETURN_PATH, _return_path(domain, host)),
        (Kind.TRACKING, _tracking(domain, host)),
    ]


def public_host(domain: SendingDomain) -> str | IP:
    """The name or address that MailHub is reached by from outside.

    An installation on loopback has none yet: `stand_in_host` takes its place.
    """
    host = urlsplit(domain.brand.base_url).hostname or ""
    if (address := _ip(host)) is not None:
        return stand_in_host(domain) if address.is_loopback else address
    try:
        return addresses.ascii_domain(host)
    except UserError:
        return stand_in_host(domain)


def stand_in_host(domain: SendingDomain) -> str:
    """A name that can be given this machine's address when it gets one."""
    return f"mailhub.{domain.name}"


def return_path_host(domain: SendingDomain) -> str:
    return f"{RETURN_PATH_LABEL}.{domain.name}"


def dkim_name(domain: SendingDomain, selector: str) -> str:
    return f"{selector}._domainkey.{domain.name}"


def _dkim(domain: SendingDomain) -> list[tuple[Kind, DnsRecord]]:
    still_read = Q(retired_at=None) | Q(retired_at__gte=clock.now() - RETIRED_FOR)
    return [
        (Kind.RETIRED_DKIM if key.retired_at else Kind.DKIM, key_record(domain, key))
        for key in domain.keys.filter(still_read).order_by(F("retired_at").asc(nulls_first=True), "id")
    ]


def key_record(domain: SendingDomain, key: DkimKey) -> DnsRecord:
    purpose = "DKIM: proves that letters are signed by you"
    if key.pending:
        purpose = "DKIM: the next key; it signs as soon as it is found here"
    elif key.retired_at:
        purpose = "DKIM: retired key; leave it until the letters that it signed have been read"
    return DnsRecord("TXT", dkim_name(domain, key.selector), f"v=DKIM1; k=rsa; p={key.public_key}", purpose)


def _spf(domain: SendingDomain, host: str | IP) -> list[DnsRecord]:
    """SPF is checked on the return path, which is what decides; the domain itself is for other checkers.

    `a:` names what we know. `include:` would make every check fail (RFC 7208 section 5.2) at a
    smarthost that publishes no policy of its own, so it is left to those who know that theirs does.
    """
    value = f"v=spf1 {' '.join(_spf_terms(host))} ~all"
    advice = " (a smarthost's provider may name an include: instead of its a:)" if _smarthosts() else ""
    return [
        DnsRecord("TXT", return_path_host(domain), value, f"SPF: who may use the return path{advice}"),
        DnsRecord(
            "TXT",
            domain.name,
            value,
            "SPF: if the domain has a v=spf1 record already, add these terms to that one",
        ),
    ]


def _spf_terms(host: str | IP) -> list[str]:
    sources = [host, *(_ip(smarthost) or smarthost for smarthost in _smarthosts())]
    return list(dict.fromkeys(map(_spf_term, sources)))


def _spf_term(source: str | IP) -> str:
    return f"a:{source}" if isinstance(source, str) else f"ip{source.version}:{source}"


def _smarthosts() -> list[str]:
    """The routes' mail servers, if others will see letters come from there; none on this machine."""
    return [host for host in routing.smarthosts() if _is_seen(host)]


def _is_seen(host: str) -> bool:
    address = _ip(host)
    return not address.is_loopback if address else "." in host


def _dmarc(domain: SendingDomain) -> DnsRecord:
    # RFC 5321 section 4.5.1 gives every mail domain a postmaster, so the reports have a reader.
    value = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain.name}"
    return DnsRecord(
        "TXT", f"_dmarc.{domain.name}", value, "DMARC: asks for reports; keep a stricter one you have"
    )


def _return_path(domain: SendingDomain, host: str | IP) -> DnsRecord:
    # An MX and not a CNAME: the SPF record stands at the same name.
    purpose = "Return path: where bounces come back to"
    if isinstance(host, str):
        return DnsRecord("MX", return_path_host(domain), f"10 {host}", purpose)
    return DnsRecord(_address_type(host), return_path_host(domain), str(host), purpose)


def _tracking(domain: SendingDomain, host: str | IP) -> DnsRecord:
    name, purpose = f"{TRACKING_LABEL}.{domain.name}", "Tracking host: links and pictures under your own name"
    if isinstance(host, str):
        return DnsRecord("CNAME", name, host, purpose)
    return DnsRecord(_address_type(host), name, str(host), purpose)


def _address_type(host: IP) -> str:
    return "A" if host.version == 4 else "AAAA"


def _ip(host: str) -> IP | None:
    try:
        return ip_address(host)
    except ValueError:
        return None

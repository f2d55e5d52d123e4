"""What the owner of a sending domain is to publish in DNS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import routing
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

IP = IPv4Address | IPv6Address
RETURN_PATH_LABEL = "bounces"
TRACKING_LABEL = "click"


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """`name` is fully qualified without a trailing dot, `value` one unquoted string."""

    type: str
    name: str
    value: str
    purpose: str


def records(domain: SendingDomain) -> list[DnsRecord]:
    """All records of the domain: its unretired keys and retired ones still in the mail, SPF, DMARC, hosts."""
    host = public_host(domain)
    return [
        *_dkim(domain),
        *_spf(domain, host),
        _dmarc(domain),
        _return_path(domain, host),
        _tracking(domain, host),
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


def _dkim(domain: SendingDomain) -> list[DnsRecord]:
    return [
        DnsRecord(
            "TXT",
            dkim_name(domain, key.selector),
            f"v=DKIM1; k=rsa; p={key.public_key}",
            "DKIM: proves that letters are signed by you" if not key.retired_at else "DKIM: retired key",
        )
        for key in domain.keys.order_by("retired_at", "id")
    ]


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

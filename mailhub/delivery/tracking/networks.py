"""Networks that hits come from: those of mail scanners, and the one that an address belongs to.

Gathered in 2026 from public lists of the vendors' ranges (Barracuda, Mimecast, Proofpoint, Microsoft's
Exchange Online Protection and Safe Links, Broadcom, Apple). Only Barracuda's 209.222.80.0/21 was held
against the vendor's own page (campus.barracuda.com); check the others there before relying on one. Clouds
as a whole are not listed: people browse through them too.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

SCANNERS = {
    "Barracuda": ("64.235.144.0/20", "209.222.80.0/21"),
    "Mimecast": (
        "63.128.21.0/24", "91.220.42.0/24", "146.101.78.0/24", "147.28.36.0/24", "170.10.128.0/21",
        "185.58.84.0/22", "193.7.206.0/23", "195.130.217.0/24", "205.139.110.0/23", "207.82.80.0/24",
        "207.211.30.0/23", "207.211.41.113/32", "213.167.75.0/25", "213.167.80.0/23", "216.205.24.0/24",
    ),
    "Proofpoint": (
        "67.231.144.0/20", "91.207.212.0/23", "91.209.104.0/24", "148.163.128.0/19", "185.132.180.0/22",
        "185.183.28.0/22", "205.220.160.0/19", "208.84.64.0/22", "208.86.200.0/22",
    ),
    "Microsoft": (
        "40.92.0.0/15", "40.94.0.0/16", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17",
        "2a01:111:f400::/48", "2a01:111:f403::/48",
    ),
    "Broadcom": (
        "67.219.240.0/20", "85.158.136.0/21", "117.120.16.0/21", "193.109.254.0/23", "208.65.144.0/22",
    ),
}  # fmt: skip
APPLE = ip_network("17.0.0.0/8")
# Where people and proxies of one house sit side by side: such an address names no network of the Internet.
# It is what an installation sees of everybody when its proxy is not among MAILHUB_TRUSTED_PROXIES.
LOCAL = {
    4: [
        ip_network(block) for block in (
            "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        )
    ],
    6: [ip_network(block) for block in ("::1/128", "fc00::/7", "fe80::/10")],
}  # fmt: skip

_scanners: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(block), vendor) for vendor, blocks in SCANNERS.items() for block in blocks
)


@lru_cache(maxsize=8192)
def scanner(ip: str) -> str:
    """The vendor whose scanners work from this address; "" for everybody else."""
    address = ip_address(ip) if ip else None
    return next((vendor for network, vendor in _scanners if address and address in network), "")


def is_apple(ip: str) -> bool:
    return bool(ip) and ip_address(ip) in APPLE


@lru_cache(maxsize=8192)
def neighbourhood(ip: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; "" for none and for local addresses."""
    if not ip:
        return ""
    address = ip_address(ip)
    if any(address in block for block in LOCAL[address.version]):
        return ""
    if address.version == 4:
        return f"{ip.rpartition('.')[0]}.0/24"
    return str(ip_network(f"{ip}/48", strict=False))

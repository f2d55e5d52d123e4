"""Believes forwarding headers only from the proxies that the installation trusts."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDING_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
)


class TrustedProxies:
    """Put the customer's own address into REMOTE_ADDR; drop what an untrusted peer claims."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if is_trusted(peer):
            request.META["REMOTE_ADDR"] = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""))
        else:
            for header in FORWARDING_HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


def client_address(peer: str, forwarded_for: str) -> str:
    """The nearest address, read from the right, that is not one of our own proxies."""
    for candidate in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if _parsed(candidate) is None:
            break
        peer = candidate
        if not is_trusted(candidate):
            break
    return peer


def is_trusted(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in settings.MAILHUB_TRUSTED_PROXIES)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None

"""Believes forwarding headers only from the proxies that the installation trusts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDING_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
)


def believe(environ: dict[str, Any]) -> None:
    """Put the customer's own address into REMOTE_ADDR of a WSGI environ; drop what an untrusted peer claims."""
    peer = environ.get("REMOTE_ADDR", "")
    if is_trusted(peer):
        environ["REMOTE_ADDR"] = client_address(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
    else:
        for header in FORWARDING_HEADERS:
            environ.pop(header, None)


def is_secure(environ: Mapping[str, Any]) -> bool:
    """Whether the customer came by HTTPS, after `believe`: what `HttpRequest.is_secure` says of it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        told: str | None = environ.get(header)
        if told is not None:
            return told.partition(",")[0].strip() == secure
    return bool(environ.get("wsgi.url_scheme") == "https")


class TrustedProxies:
    """`believe` for every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        believe(request.META)
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

"""Which host names MailHub answers to: loopback, PUBLIC_URL, and the brands' public domains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from mailhub.lib.environment import LOOPBACK

_providers: list[Callable[[], Iterable[str]]] = []


def register(provider: Callable[[], Iterable[str]]) -> None:
    """Let a room above add the public URLs that it serves; called anew for an unknown host only."""
    _providers.append(provider)


def forget_providers() -> None:
    """Only the fixed hosts count from now on."""
    _providers.clear()


class AllowedHosts(list[str]):
    """A list for Django's ALLOWED_HOSTS that goes on, past its fixed part, to the registered URLs."""

    def __init__(self, public_url: str) -> None:
        super().__init__([*LOOPBACK, host_of(public_url)])

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        for provider in _providers:
            yield from (host_of(url) for url in provider() if url)


def host_of(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host

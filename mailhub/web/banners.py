"""What must be seen on every staff page until it is settled; rooms above register who says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class Banner:
    """`kind` is ok, info, warn or bad; `url` with its `label` leads to where it is settled."""

    kind: str
    text: str | Promise
    url: str = ""
    label: str | Promise = ""


Provider = Callable[[HttpRequest], Banner | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def of(request: HttpRequest) -> list[Banner]:
    return [banner for provider in _providers if (banner := provider(request)) is not None]

"""Lets shared caches keep what is the same for everybody."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NeverVaries:
    """What never changes has one form, whoever asks: language and session of the asker play no part."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "immutable" in response.headers.get("Cache-Control", ""):
            response.headers.pop("Vary", None)
        return response

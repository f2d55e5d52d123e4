"""Short messages about what was just done, kept over a redirect, with an undo where there is one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django_htmx.middleware import HtmxDetails

from mailhub.web import responses

LEVELS = {"ok": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}


@dataclass(frozen=True)
class Toast:
    """`undo` is a URL that a POST undoes the deed at, or ""."""

    kind: str
    text: str
    undo: str = ""


def ok(request: HttpRequest, text: str, *, undo: str = "") -> None:
    _keep(request, Toast("ok", text, undo))


def warn(request: HttpRequest, text: str, *, undo: str = "") -> None:
    _keep(request, Toast("warn", text, undo))


def bad(request: HttpRequest, text: str) -> None:
    _keep(request, Toast("bad", text))


def waiting(request: HttpRequest) -> list[Toast]:
    """What is to be shown now; asked for once."""
    return [_read(message) for message in messages.get_messages(request)]


def _keep(request: HttpRequest, toast: Toast) -> None:
    extra = json.dumps({"toast": toast.kind, "undo": toast.undo})
    messages.add_message(request, LEVELS[toast.kind], str(toast.text), extra_tags=extra)


def _read(message: Message) -> Toast:
    try:
        extra = json.loads(message.extra_tags)
    except (TypeError, ValueError):
        # Django's own messages, such as the admin's.
        kind = "bad" if message.level >= messages.ERROR else "ok"
        return Toast(kind, str(message.message))
    return Toast(extra["toast"], str(message.message), extra["undo"])


class ToastsInFragments:
    """Middleware: an htmx fragment carries the waiting toasts along, swapped into their own place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx = getattr(request, "htmx", None)
        if isinstance(htmx, HtmxDetails) and htmx and _takes_more(response):
            found = waiting(request)
            if found:
                fragment = render_to_string("web/components/_toasts.html", {"toasts": found, "swapped": True})
                response.content += fragment.encode()
        return response


def _takes_more(response: HttpResponse) -> bool:
    return (
        not response.streaming
        and response.status_code in (200, responses.STOP_POLLING, 422)
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "HX-Redirect" not in response.headers
    )

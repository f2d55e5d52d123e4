"""Sees how much of a request has left, which is what tells a letter to try again from one in doubt."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


class Left(StrEnum):
    """How much of the body was given to the connection."""

    NOTHING = "nothing"
    PARTLY = "partly"
    WHOLE = "whole"


class Watch:
    """Watches the requests of one connection; one call at a time.

    `begin` is told what to do right before the first byte of a body leaves: a connection that was never
    made has no letter in doubt.
    """

    def __init__(self) -> None:
        self.left = Left.NOTHING
        self._leaving: Callable[[], None] = lambda: None

    def begin(self, leaving: Callable[[], None]) -> None:
        self.left, self._leaving = Left.NOTHING, leaving

    def body(self, body: str | bytes) -> Body:
        return Body(body.encode() if isinstance(body, str) else body, self)

    def gave(self, *, end: bool) -> None:
        if self.left is Left.NOTHING:
            self._leaving()
        self.left = Left.WHOLE if end else Left.PARTLY


class Body:
    """A request's body as the HTTP library reads it, block by block.

    The last block counts as arrived from when it is given out: what the system's buffers took, the
    server may have got.
    """

    def __init__(self, content: bytes, watch: Watch) -> None:
        self._content, self._at, self._watch = content, 0, watch

    def __len__(self) -> int:
        return len(self._content) - self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._content) if size is None or size < 0 else self._at + size
        block = self._content[self._at : end]
        if block:
            self._at += len(block)
            self._watch.gave(end=self._at >= len(self._content))
        return block


class WatchingAdapter(HTTPAdapter):
    """An adapter for the session of Anymail's backend; it sends what it is given, once."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        if isinstance(request.body, str | bytes) and request.body:
            request.body = self._watch.body(request.body)  # type: ignore[assignment]  # read as a file is
        return super().send(request, *args, **options)


def watch_boto(client: Any, watch: Watch) -> None:
    """The same for a boto3 client, by its own event right before a request is sent."""

    def before_send(request: Any, **event: Any) -> None:
        if isinstance(request.body, str | bytes) and request.body:
            request.body = watch.body(request.body)

    client.meta.events.register("before-send.sesv2", before_send)

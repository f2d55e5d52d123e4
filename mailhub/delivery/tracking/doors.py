"""Opens the doors that letters lead back to ahead of Django: one campaign has thousands knock at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware

from mailhub.delivery.tracking import answers
from mailhub.delivery.tracking.answers import Answer
from mailhub.web import proxies

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
PIXEL, PICTURE, LINK = "/o/", ".gif", "/c/"


class TrackingDoors:
    """A WSGI application in front of Django's, which answers a pixel or link in a fraction of the time.

    A GET that `answers` has an answer for is given it, with the client's address by the trusted
    proxies and the security headers; session, language, sign-in and all other middleware have no say in it.
    Everything else, every other method, plain HTTP where HTTPS is wanted, and every error, goes through
    Django from the beginning, as if this were not there.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._secure_headers = {secure: _secure_headers(secure=secure) for secure in (False, True)}
        self._wants_https = settings.SECURE_SSL_REDIRECT

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") == "GET" and environ.get("PATH_INFO", "").startswith((PIXEL, LINK)):
            # A copy: Django gets the request as it came.
            visit = dict(environ)
            proxies.believe(visit)
            secure = proxies.is_secure(visit)
            answer = _opened(visit) if secure or not self._wants_https else None
            if answer is not None:
                start_response(answer.status, [*answer.headers.items(), *self._secure_headers[secure]])
                return (answer.body,)
        return self._application(environ, start_response)


def _opened(visit: Environ) -> Answer | None:
    """The answer, by the addresses of `delivery.urls`; None when Django is to give it."""
    path: str = visit["PATH_INFO"]
    # As around each request of Django's: connections that broke or are too old are closed.
    close_old_connections()
    try:
        if path.startswith(LINK):
            return answers.click(path.removeprefix(LINK), visit)
        if path.endswith(PICTURE):
            return answers.pixel(path.removeprefix(PIXEL).removesuffix(PICTURE), visit)
        return None
    except Exception:  # Django raises it again, and has an answer and a line in the log for it.
        return None
    finally:
        close_old_connections()


def _secure_headers(*, secure: bool) -> list[tuple[str, str]]:
    """What Django's own middleware adds to an answer that says nothing of its own."""
    environ = {
        "REQUEST_METHOD": "GET",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "https" if secure else "http",
    }
    if secure and settings.SECURE_PROXY_SSL_HEADER:
        header, value = settings.SECURE_PROXY_SSL_HEADER
        environ[header] = value
    bare = HttpResponse()
    middleware = SecurityMiddleware(lambda request: bare)
    added = middleware.process_response(WSGIRequest(environ), bare)
    return [(name, value) for name, value in added.items() if name not in ("Content-Type", *answers.PRIVATE)]

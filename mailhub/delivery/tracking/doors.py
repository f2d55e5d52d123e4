"""Opens the doors that letters lead back to ahead of Django's middleware: one campaign has thousands knock at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core import signals
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from mailhub.delivery.tracking import views
from mailhub.web.proxies import TrustedProxies

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# What a mail program or a browser is given when all is well.
ANSWERS = (200, 302)
PIXEL, PICTURE, LINK = "/o/", ".gif", "/c/"


class TrackingDoors:
    """A WSGI application in front of Django's, which answers a pixel or link in a tenth of the time.

    A GET that the views of this room answer with the picture or a redirect is answered so, with the
    client's address by the trusted proxies and the security headers; session, language, sign-in and the other
    middleware have no say in it. Everything else, every other method, whatever a view or HTTPS
    refuses, and every error, goes through Django from the beginning, as if this were not there.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        # The outermost two of settings.MIDDLEWARE, in their order.
        secured = cast(Callable[[HttpRequest], HttpResponse], SecurityMiddleware(_knock))
        self._answer = TrustedProxies(secured)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = self._opened(environ) if _is_door(environ) else None
        if response is None:
            return self._application(environ, start_response)
        response["Content-Length"] = str(len(response.content))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    def _opened(self, environ: Environ) -> HttpResponse | None:
        """The answer; None when Django is to give it."""
        # As around each request of Django's: connections that broke or are too old are closed.
        signals.request_started.send(sender=type(self), environ=environ)
        try:
            # A copy, for the proxies' headers are taken out of it.
            response = self._answer(WSGIRequest(dict(environ)))
        except Exception:  # Django raises it again, and has an answer and a line in the log for it.
            return None
        response._handler_class = type(self)  # type: ignore[attr-defined]  # closing sends request_finished
        return response if response.status_code in ANSWERS else None


def _is_door(environ: Environ) -> bool:
    path = environ.get("PATH_INFO", "")
    return environ.get("REQUEST_METHOD") == "GET" and path.startswith((PIXEL, LINK))


def _knock(request: HttpRequest) -> HttpResponse:
    """What the views say, by the addresses of `delivery.urls`."""
    path = request.META["PATH_INFO"]
    if path.startswith(LINK):
        return views.click(request, path.removeprefix(LINK))
    if path.endswith(PICTURE):
        return views.pixel(request, path.removeprefix(PIXEL).removesuffix(PICTURE))
    return HttpResponse(status=404)

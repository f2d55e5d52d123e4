"""Sees to it that no write of staff or of an API key goes unrecorded."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mailhub.accounts.models import User
from mailhub.accounts.services import audit

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AuditEveryWrite:
    """Middleware: a write that succeeded and that its view did not record is kept by its URL's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and response.status_code < 400 and not audit.is_recorded(request):
            self._record(request, response)
        return response

    def _record(self, request: HttpRequest, response: HttpResponse) -> None:
        match = request.resolver_match
        if match is None or getattr(response, "changed_nothing", False):
            return
        if isinstance(getattr(request, "user", None), User) or getattr(request, "auth", None) is not None:
            kept = {name: str(value) for name, value in match.kwargs.items()}
            audit.record(request, match.view_name or request.path, detail=kept)

"""Knows the API key of a request, by `Authorization: Bearer mh_…`."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from mailhub.accounts.models import ApiKey
from mailhub.accounts.services import api_keys
from mailhub.lib import clock, limits
from mailhub.web import problems
from mailhub.web.api.faults import Fault
from mailhub.web.problems import Problem

REALM = 'Bearer realm="MailHub"'
# A key cannot be guessed; this keeps those who try from keeping the database busy.
WRONG_KEYS, WINDOW_SECONDS = 300, 60


class BearerKey(BaseAuthentication):
    """No user: `request.auth` is the ApiKey."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return AnonymousUser(), api_keys.recognise(text.strip(), now=clock.now())
        except api_keys.Refused as error:
            _count_wrong(request)
            raise AuthenticationFailed(str(error)) from error

    def authenticate_header(self, request: Request) -> str:
        return REALM


def _count_wrong(request: Request) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    taken = limits.take("api-wrong-key", address, limit=WRONG_KEYS, seconds=WINDOW_SECONDS)
    if not taken.allowed:
        told = "Too many requests with a wrong key came from your address."
        headers = {"Retry-After": str(taken.retry_after_seconds)}
        raise Fault(Problem(problems.TOO_MANY, told, headers=headers))

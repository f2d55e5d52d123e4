"""The base of every address of the API: key, scope, limit, shapes, and writes that happen once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.db.models import Model
from django.http import QueryDict
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.fields import ListField
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mailhub.accounts.api import idempotency
from mailhub.accounts.api.authentication import BearerKey
from mailhub.accounts.models import ApiKey
from mailhub.accounts.services import audit
from mailhub.lib import limits
from mailhub.web import problems
from mailhub.web.api import faults
from mailhub.web.api.faults import Fault
from mailhub.web.api.openapi import DescribedSchema
from mailhub.web.api.operations import Operation
from mailhub.web.api.parsing import StrictJson, Upload, check_text
from mailhub.web.problems import Problem

SAFE = ("GET", "HEAD")
MINUTE = 60

Handler = Callable[..., HttpResponseBase]


class Endpoint(APIView):
    """Handlers carry an Operation (`operation`); `self.query` and `self.body` are what it asks for, checked."""

    authentication_classes = (BearerKey,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    schema = DescribedSchema()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    query: dict[str, Any]
    body: dict[str, Any]
    _limit: tuple[int, int, int] | None = None

    @property
    def key(self) -> ApiKey:
        return cast(ApiKey, self.request.auth)

    def get_parsers(self) -> list[BaseParser]:
        # There is no request while the API describes itself.
        asked = getattr(self, "request", None)
        told = self._operation(asked.method) if asked is not None else None
        return [Upload()] if told is not None and told.uploads else [StrictJson()]

    def get_exception_handler(self) -> Callable[..., Response]:
        return faults.handle

    def check_permissions(self, request: Request) -> None:
        """Raises NotAuthenticated without a key, and 403 that names the scope when the key lacks it."""
        if not isinstance(request.auth, ApiKey):
            raise exceptions.NotAuthenticated(
                "Send an API key: Authorization: Bearer mh_… (manage.py create_api_key makes one)."
            )
        told = self._operation(request.method)
        if told is not None:
            self.require(told.scope, to="This")

    def may(self, scope: str) -> bool:
        return scope in self.key.scopes

    def require(self, scope: str, *, to: str) -> None:
        """Raises 403 without the scope; `to` is what needs it: “This”, “A preview with contact_id”."""
        if not self.may(scope):
            detail = f"{to} needs the scope {scope}, which the API key “{self.key}” does not have."
            raise Fault(Problem(problems.SCOPE_MISSING, detail, more={"scope": str(scope)}))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Counts before all else is judged, so that every answer to a key tells of its limit."""
        if isinstance(request.auth, ApiKey):
            self._count(request.auth)
        super().initial(request, *args, **kwargs)

    def _count(self, key: ApiKey) -> None:
        """Raises 429 when the key has made all its requests of this minute."""
        limit = key.requests_per_minute
        minute, second = divmod(int(time.time()), MINUTE)
        taken = limits.take("api", f"{key.pk}:{minute}", limit=limit, seconds=MINUTE)
        self._limit = (limit, max(limit - taken.count, 0), MINUTE - second)
        if not taken.allowed:
            detail = f"This API key may make {limit} requests a minute; go on in {MINUTE - second} seconds."
            headers = {"Retry-After": str(MINUTE - second)}
            raise Fault(Problem(problems.TOO_MANY, detail, headers=headers))

    def finalize_response(self, request: Any, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        if self._limit is not None:
            for name, value in zip(("Limit", "Remaining", "Reset"), self._limit, strict=True):
                answer.headers[f"RateLimit-{name}"] = str(value)
        return answer

    def record(
        self, act: str, *, target: Model | None = None, label: str = "", detail: dict[str, Any] | None = None
    ) -> None:
        """Keep in the audit log that the key did this."""
        audit.record(self.request, act, target=target, label=label, detail=detail)

    def wrote_nothing(self) -> None:
        """This request changes nothing, so there is nothing for the audit log."""
        idempotency.leave_unrecorded(self.request)

    def perform(self, told: Operation, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """Check what the request says against its operation, then do it; a write once and whole."""
        self.query = self._checked_query(told)
        if self.request.method in SAFE:
            return work()
        self.body = self._checked_body(told)
        return idempotency.once(self.request, cast(Callable[[], Response], work))

    def _operation(self, method: str | None) -> Operation | None:
        name = (method or "").lower()
        handler = getattr(self, "get" if name == "head" else name, None)
        return getattr(handler, "operation", None)

    def _checked_query(self, told: Operation) -> dict[str, Any]:
        asked = self.request.query_params
        for name, values in asked.lists():
            for text in (name, *values):
                check_text(text)
        _refuse_repeated(asked, told)
        if told.asks is None:
            if asked:
                first = next(iter(asked))
                raise Fault(Problem(problems.MALFORMED, f"There is no parameter “{first[:100]}” here."))
            return {}
        shape = told.asks(data=asked)
        if not shape.is_valid():
            raise Fault(faults.of_validation(shape.errors, kind=problems.MALFORMED, parameters=True))
        return dict(shape.validated_data)

    def _checked_body(self, told: Operation) -> dict[str, Any]:
        data = self.request.data
        if told.takes is None:
            if data:
                raise Fault(Problem(problems.INVALID, "This takes no body."))
            return {}
        if not isinstance(data, Mapping):
            raise Fault(Problem(problems.INVALID, "The body must be a JSON object."))
        shape = told.takes(data=data, partial=self.request.method == "PATCH")
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)


def _refuse_repeated(asked: QueryDict, told: Operation) -> None:
    """Raises Fault for `limit=1&limit=2`: which of them is meant?"""
    fields = told.asks().fields if told.asks is not None else {}
    for name, values in asked.lists():
        if len(values) > 1 and not isinstance(fields.get(name), ListField):
            detail = f"The parameter “{name[:100]}” is given {len(values)} times; give it once."
            raise Fault(Problem(problems.MALFORMED, detail, [{"field": name[:100], "message": detail}]))


def operation(told: Operation, *, first: Callable[..., object] | None = None) -> Callable[[Handler], Handler]:
    """Make a method of an Endpoint the handler of `told`.

    `first` is called with the parts of the path before the transaction begins: for what takes its time.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def handle(self: Endpoint, request: Request, **path: Any) -> HttpResponseBase:
            if first is not None:
                first(**path)
            return self.perform(told, lambda: handler(self, request, **path))

        handle.operation = told  # type: ignore[attr-defined]
        return handle

    return decorate

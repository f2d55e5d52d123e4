"""The API's description: for programs (openapi.json), and for people (docs/)."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from mailhub.web import problems
from mailhub.web.api import guide

PREFIX = "api/v1/"


@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """The description in OpenAPI 3.1; it holds nothing of the installation, so no key is asked for."""
    return HttpResponse(_as_json(), content_type="application/json")


@require_safe
@cache_control(public=True, max_age=300)
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people: every operation with its scope, fields, problems and an example with curl."""
    told = {
        "groups": guide.groups(description()),
        "kinds": problems.KINDS,
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "web/api_docs.html", told)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document as plain data; made once a process, in English."""
    with translation.override("en"):
        patterns = [path(PREFIX, include("mailhub.api_urls"))]
        generator = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]
        document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        # Texts that are translated lazily become plain ones, and examples lose their subclasses.
        plain: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return plain


@cache
def _as_json() -> bytes:
    return json.dumps(description(), ensure_ascii=False).encode()

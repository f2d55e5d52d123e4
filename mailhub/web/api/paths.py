"""How addresses of the API are written: numbers that a database can hold, with or without a last slash."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, register_converter, resolve
from django.views.decorators.csrf import csrf_exempt

from mailhub.web import problems
from mailhub.web.api.shapes import MAX_ID


class IdConverter:
    """`<id:contact_id>`: a number from 1 to the largest that both databases keep."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if not 1 <= number <= MAX_ID:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


@csrf_exempt
def otherwise(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """What no other address answers: the same address with or without its last slash, else 404.

    Not a redirect: that would lose the body of a POST.
    """
    whole = request.path_info
    try:
        match = resolve(whole[:-1] if whole.endswith("/") else f"{whole}/")
    except Resolver404:
        return problems.unknown_path(request)
    if match.func is otherwise:
        return problems.unknown_path(request)
    request.resolver_match = match
    view: Any = match.func
    answer: HttpResponseBase = view(request, *match.args, **match.kwargs)
    return answer

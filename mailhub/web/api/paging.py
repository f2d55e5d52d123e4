"""Pages of the API: by position, with links to the pages beside, and never counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.core.validators import RegexValidator
from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from mailhub.web import keyset
from mailhub.web.api.shapes import Shape, Text

Row = TypeVar("Row", bound=Model)
USUAL, MOST = 50, 200


class Paged(Shape):
    """The query of every list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text="How many on a page."
    )
    cursor = Text(
        max_length=1000,
        default="",
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+$", "The cursor is not one of ours.")],
        help_text="Which page; take it from `next` or `previous` as it is.",
    )


@cache
def of(shape: type[Shape]) -> type[Shape]:
    """The shape of a page of `shape`."""
    name = f"{shape.__name__}Page"
    links = "Address of the page {}; null when there is none."
    return type(
        name,
        (Shape,),
        {
            "__doc__": f"A page: {(shape.__doc__ or '').splitlines()[0] if shape.__doc__ else shape.__name__}",
            "__module__": shape.__module__,
            "results": shape(many=True),
            "next": serializers.CharField(allow_null=True, help_text=links.format("after this one")),
            "previous": serializers.CharField(allow_null=True, help_text=links.format("before this one")),
        },
    )


def page(
    request: Request,
    queryset: QuerySet[Row],
    *,
    query: Mapping[str, Any],
    shape: type[Shape],
    order: Sequence[str] = ("-id",),
    prepare: Callable[[list[Row]], object] | None = None,
) -> dict[str, Any]:
    """The page that `query` asks for. `prepare` fetches at once what the rows need. Raises BadCursor."""
    found = keyset.page(queryset, order=order, cursor=query["cursor"], size=query["limit"])
    if prepare is not None:
        prepare(found.rows)
    return {
        "results": shape(found.rows, many=True).data,
        "next": _link(request, found.next),
        "previous": _link(request, found.previous),
    }


def _link(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return str(request.build_absolute_uri(f"{request.path}?{asked.urlencode()}"))

"""What an operation of the API says of itself: enough for its checks, its documentation and its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailhub.web.api.shapes import Shape


class Ref(int):
    """A number in an example that stands for a thing of its name; tests put the real number there."""

    name: str

    def __new__(cls, name: str, number: int) -> Ref:
        made = super().__new__(cls, number)
        made.name = name
        return made


def page_of(row: object) -> dict[str, object]:
    """The answer of a list that has this row alone."""
    return {"results": [row], "next": None, "previous": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that works, and what it is answered. `files` are name → (file name, its
    bytes as characters)."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    files: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    answer: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`takes` is the shape of the body, `asks` of the query, `gives` of the answer (None = no body).

    `media_type` is another than JSON for downloads; `uploads` says that the body is a form with a file.
    """

    name: str
    tag: str
    summary: str
    description: str
    scope: str
    example: Example
    takes: type[Shape] | None = None
    asks: type[Shape] | None = None
    gives: type[Shape] | None = None
    status: int = 200
    media_type: str = "application/json"
    problems: Sequence[int] = ()
    uploads: bool = False

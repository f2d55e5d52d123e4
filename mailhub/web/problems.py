"""Errors as machines read them: application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

MEDIA_TYPE = "application/problem+json"
# Where the kinds are explained; each is an anchor there.
PAGE = "/api/v1/docs/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its anchor on the page, its HTTP status, and the same title every time."""

    slug: str
    status: int
    title: str


MALFORMED = Kind("malformed", 400, "The request cannot be read")
KEY_NEEDED = Kind("key-needed", 401, "An API key is needed")
SCOPE_MISSING = Kind("scope-missing", 403, "The API key may not do this")
NOT_FOUND = Kind("not-found", 404, "There is no such thing")
NO_SUCH_METHOD = Kind("no-such-method", 405, "This address does not take the method")
NOT_ACCEPTABLE = Kind("not-acceptable", 406, "The answer does not come in this form")
CONFLICT = Kind("conflict", 409, "The state of things does not allow this")
IN_PROGRESS = Kind("in-progress", 409, "The same request is being carried out")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_MEDIA_TYPE = Kind("wrong-media-type", 415, "The body is not of a type that is taken")
INVALID = Kind("invalid", 422, "Something in the request cannot be taken")
REFUSED = Kind("refused", 422, "It is refused")
KEY_REUSED = Kind("key-reused", 422, "The Idempotency-Key belongs to another request")
TOO_MANY = Kind("too-many-requests", 429, "Too many requests")
BROKEN = Kind("broken", 500, "MailHub made a mistake")
UNAVAILABLE = Kind("unavailable", 503, "MailHub cannot do this now")

KINDS = (
    MALFORMED,
    KEY_NEEDED,
    SCOPE_MISSING,
    NOT_FOUND,
    NO_SUCH_METHOD,
    NOT_ACCEPTABLE,
    CONFLICT,
    IN_PROGRESS,
    TOO_LARGE,
    WRONG_MEDIA_TYPE,
    INVALID,
    REFUSED,
    KEY_REUSED,
    TOO_MANY,
    BROKEN,
    UNAVAILABLE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `errors` are {"field", "pointer", "message"} of each thing to mend; `more` is kind by kind."""

    kind: Kind
    detail: str
    errors: Sequence[Mapping[str, Any]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"{PAGE}#{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [dict(error) for error in self.errors]
        return body | dict(self.more)


def answer(problem: Problem) -> JsonResponse:
    """The problem as a response, for views outside of the REST framework."""
    return JsonResponse(
        problem.as_json(),
        status=problem.kind.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


@csrf_exempt
def unknown_path(request: HttpRequest, path: str = "") -> JsonResponse:
    """404 for an address below /api/ that does not exist."""
    shown = request.path[:200]
    return answer(Problem(NOT_FOUND, f"There is nothing at {shown}; {PAGE} lists every address."))

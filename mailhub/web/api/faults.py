"""Turns whatever goes wrong in the API into a problem document, and never into a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.core.exceptions import RequestDataTooBig as TooBig
from django.core.signals import got_request_exception
from django.db import DataError, OperationalError
from django.http import Http404
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.response import Response

from mailhub.lib.errors import UserError
from mailhub.web import problems
from mailhub.web.api.parsing import TooLarge
from mailhub.web.keyset import BadCursor
from mailhub.web.problems import Kind, Problem

log = logging.getLogger(__name__)
RETRY_SECONDS = 5

_kinds: dict[type[Exception], Kind] = {BadCursor: problems.MALFORMED}
STATUSES = {
    401: problems.KEY_NEEDED,
    403: problems.SCOPE_MISSING,
    404: problems.NOT_FOUND,
    405: problems.NO_SUCH_METHOD,
    406: problems.NOT_ACCEPTABLE,
    413: problems.TOO_LARGE,
    415: problems.WRONG_MEDIA_TYPE,
    429: problems.TOO_MANY,
}


class Fault(Exception):
    """Ends a request with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Invalid(UserError):
    """A field of the request that cannot be taken: its name, and the sentence why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def register(error: type[Exception], kind: Kind) -> None:
    """Say what kind of problem a room's error is; without that a UserError is `refused` (422)."""
    _kinds[error] = kind


def missing(what: str, number: object) -> Fault:
    """404: there is no `what` of this number."""
    return Fault(Problem(problems.NOT_FOUND, f"There is no {what} {number}."))


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's exception handler: always an answer."""
    problem = problem_of(error)
    if context["request"].method in ("GET", "HEAD") and problem.kind.status == 422:
        # There is no body that could not be taken: it is the address that is wrong.
        problem = replace(problem, kind=problems.MALFORMED, errors=[_of_parameter(e) for e in problem.errors])
    if problem.kind is problems.BROKEN:
        log.error("%s failed.", context["request"].path, exc_info=error)
        got_request_exception.send(sender=None, request=context["request"])
    return Response(
        problem.as_json(),
        status=problem.kind.status,
        headers=dict(problem.headers),
        content_type=problems.MEDIA_TYPE,
    )


def problem_of(error: Exception) -> Problem:
    """What to tell of an error."""
    if isinstance(error, Fault):
        return error.problem
    if isinstance(error, UserError):
        return _of_user_error(error)
    if isinstance(error, exceptions.ValidationError):
        return of_validation(error.detail)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return _of_environment(error)


def of_validation(detail: Any, *, kind: Kind = problems.INVALID, parameters: bool = False) -> Problem:
    """Each thing that is wrong, with where it is."""
    errors = [
        {"field": ".".join(place), "message": message}
        | ({} if parameters else {"pointer": "#/" + "/".join(_escaped(part) for part in place)})
        for place, message in _flattened(detail)
    ][:100]
    first = errors[0] if errors else {"field": "", "message": "Something is wrong."}
    where = f"{first['field']}: " if first["field"] else ""
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return Problem(kind, f"{where}{first['message']}{more}", errors)


def _of_user_error(error: UserError) -> Problem:
    if isinstance(error, Invalid):
        told = {"field": error.field, "message": str(error), "pointer": f"#/{error.field.replace('.', '/')}"}
        return Problem(problems.INVALID, str(error), [told])
    kind = next((_kinds[each] for each in type(error).__mro__ if each in _kinds), problems.REFUSED)
    return Problem(kind, str(error), list(getattr(error, "errors", ())))


def _of_framework(error: exceptions.APIException) -> Problem:
    kind = STATUSES.get(error.status_code, problems.MALFORMED)
    headers = {}
    if kind is problems.KEY_NEEDED:
        headers["WWW-Authenticate"] = getattr(error, "auth_header", 'Bearer realm="MailHub"')
    return Problem(kind, str(error.detail), headers=headers)


def _of_environment(error: Exception) -> Problem:
    if isinstance(error, Http404):
        return Problem(problems.NOT_FOUND, "There is nothing of this number.")
    if isinstance(error, PermissionDenied):
        return Problem(problems.SCOPE_MISSING, "This is not allowed.")
    if isinstance(error, TooBig | TooManyFilesSent | TooLarge):
        return Problem(problems.TOO_LARGE, "The request is too large.")
    if isinstance(error, SuspiciousOperation):
        return Problem(problems.MALFORMED, "The request cannot be read.")
    if isinstance(error, DataError):
        log.warning("The database refused a value that was let through.", exc_info=error)
        return Problem(problems.INVALID, "A value cannot be kept: it is too long or too large.")
    if isinstance(error, OperationalError | RedisError):
        log.warning("A server behind the API does not answer.", exc_info=error)
        told = "MailHub is too busy, or a server behind it does not answer; try again in a moment."
        return Problem(problems.UNAVAILABLE, told, headers={"Retry-After": str(RETRY_SECONDS)})
    return Problem(problems.BROKEN, "This is MailHub's fault; it is in its log. Nothing was changed.")


def _of_parameter(error: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in error.items() if name != "pointer"}


def _flattened(detail: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(detail, Mapping):
        for name, below in detail.items():
            yield from _flattened(below, place if name == "non_field_errors" else (*place, str(name)))
    elif isinstance(detail, list):
        for number, below in enumerate(detail):
            nested = isinstance(below, Mapping | list)
            yield from _flattened(below, (*place, str(number)) if nested else place)
    else:
        yield place, str(detail)


def _escaped(part: str) -> str:
    """A part of a JSON pointer (RFC 6901 section 3)."""
    return part.replace("~", "~0").replace("/", "~1")

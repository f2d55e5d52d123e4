"""Reads JSON bodies strictly: what a database could not keep is refused here, whatever field it is in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

MAX_BODY = 5_000_000
# An import of 200 MB, with room for its other fields.
MAX_UPLOAD = 210_000_000
MAX_DEPTH = 32
MAX_INTEGER = 2**63


class TooLarge(APIException):
    """The body is larger than this address takes."""

    status_code = 413


class StrictJson(BaseParser):
    """A JSON document in UTF-8 (RFC 8259) of at most MAX_BODY bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _check_length(parser_context, limit=MAX_BODY)
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise TooLarge(f"The body is larger than {MAX_BODY:,} bytes.")
        try:
            value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            raise ParseError("The body is not in UTF-8.") from error
        except RecursionError as error:
            raise ParseError(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        check(value)
        return value


class Upload(MultiPartParser):
    """A form with a file in it, of at most MAX_UPLOAD bytes."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _check_length(parser_context, limit=MAX_UPLOAD)
        parsed = super().parse(stream, media_type, parser_context)
        for name, values in parsed.data.lists():
            check([name, *values])
        return parsed


def check(value: Any) -> None:
    """Nothing happens if every text and number in `value` can be kept; raises ParseError."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            below += _parts(each)
        if not below:
            return
        level = below
    raise ParseError(f"The JSON is nested deeper than {MAX_DEPTH} levels.")


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, int) and not -MAX_INTEGER <= value < MAX_INTEGER:
        raise ParseError("A number is too large: whole numbers have at most 64 bits.")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ParseError("A number is too large.")
    return []


def check_text(text: str) -> None:
    """Raises ParseError for what is no character: NUL, which databases refuse, and half of a pair."""
    if "\x00" in text:
        raise ParseError("A text holds the character NUL, which cannot be kept.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ParseError("A text holds half of a surrogate pair, which is no character.")


def _check_length(parser_context: Mapping[str, Any] | None, *, limit: int) -> None:
    meta = parser_context["request"].META if parser_context else {}
    told = str(meta.get("CONTENT_LENGTH") or "0")
    if told.isdigit() and int(told) > limit:
        raise TooLarge(f"The body is larger than {limit:,} bytes.")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")

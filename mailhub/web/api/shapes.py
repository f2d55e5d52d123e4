"""What goes in and comes out of the API: serializers that refuse what they do not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, ClassVar

from rest_framework import serializers

# The largest number that both databases keep.
MAX_ID = 2**63 - 1
LONGEST_TEXT = 10_000


class Shape(serializers.Serializer[Any]):
    """A JSON object. One that comes in may hold only what is listed: a misspelt field is never ignored.

    `rules` is what JSON Schema can say of its fields together; `validate` holds to it.
    """

    rules: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {str(name)[:100]: [self._unknown(str(name))] for name in unknown[:20]}
                )
        return super().to_internal_value(data)

    def _unknown(self, name: str) -> str:
        near = get_close_matches(name, list(self.fields), n=1, cutoff=0.7)
        return f"There is no such field{f'; did you mean “{near[0]}”?' if near else '.'}"


class Text(serializers.CharField):
    """Text of at most `max_length` characters; may be empty unless `allow_blank=False`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_blank", True)
        options.setdefault("max_length", LONGEST_TEXT)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        # A number is not taken for a text: who sends 00123 as a number has lost the zeros already.
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Source(Text):
    """Text whose blanks matter, such as a letter's body."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        options.setdefault("max_length", 1_000_000)
        super().__init__(**options)


class Id(serializers.IntegerField):
    """The number of a thing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **options)


class Count(serializers.IntegerField):
    """How many, from 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, **options)


class Moment(serializers.DateTimeField):
    """A moment in UTC, such as 2026-11-22T09:30:00Z; one that comes in must name its zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if isinstance(value, str) and not _names_zone(value):
            raise serializers.ValidationError(
                "Say the zone too, such as 2026-11-22T09:30:00Z or 2026-11-22T10:30:00+01:00."
            )
        return moment


class LooseRows(serializers.ListSerializer[Any]):
    """A list whose rows are not judged yet, so that a wrong one is refused alone; described as its child."""

    max_length: int | None

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if not data or (self.max_length is not None and len(data) > self.max_length):
            raise serializers.ValidationError(f"Give between 1 and {self.max_length} rows.")
        return data


class Anything(serializers.JSONField):
    """Any JSON value."""


class Object(serializers.DictField):
    """A JSON object with names that are not known beforehand."""


def _names_zone(text: str) -> bool:
    clock = text.strip().partition("T")[2] or text.strip().partition(" ")[2]
    return clock[-1:] in ("Z", "z") or "+" in clock or "-" in clock

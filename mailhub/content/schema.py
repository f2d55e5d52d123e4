"""The documented names that a letter may use, and whether a path is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A name of the merge data. `type` is text, number, boolean, date, list or object."""

    path: str
    type: str
    description: str


FIXED = (
    Field("brand.name", "text", "Name of the brand"),
    Field("brand.postal_address", "text", "Postal address of the brand"),
    Field("brand.url", "text", "Web address of the brand, without a slash at its end"),
    Field("brand.logo_url", "text", "Address of the brand's logo"),
    Field("brand.language", "text", "Language of the brand, such as en"),
    Field("brand.sender_name", "text", "Name that the letter comes from"),
    Field("brand.sender_address", "text", "Address that the letter comes from"),
    Field("list.name", "text", "Name of the list that the letter goes to"),
    Field("list.slug", "text", "Short name of the list"),
    Field("unsubscribe_url", "text", "Address of the page where this person unsubscribes"),
    Field("preferences_url", "text", "Address of this person's preference page"),
    Field("view_url", "text", "Address of this letter in a browser"),
    Field("postal_address", "text", "Postal address of the brand, one line a row"),
    Field("subject", "text", "The finished subject; in preheader, body and text"),
    Field("preheader", "text", "The finished preheader; in body and text"),
    Field("now", "date", "The moment of sending"),
    Field("today", "date", "The day of sending"),
)
# python-liquid answers these for any list, text or object.
PROPERTIES = ("size", "first", "last")


class Schema:
    """The names that are known. Immutable; `with_fields` gives a wider one."""

    def __init__(self, fields: Iterable[Field] = FIXED) -> None:
        self.fields = {field.path: field for field in fields}
        self._groups = {
            ".".join(parts[:count])
            for parts in (path.split(".") for path in self.fields)
            for count in range(1, len(parts))
        }

    def with_fields(self, names: Mapping[str, str]) -> Schema:
        """This schema and `names`, path → type, such as {"contact.first_name": "text"}."""
        more = [Field(path, kind, "") for path, kind in names.items()]
        return Schema([*self.fields.values(), *more])

    def without(self, *names: str) -> Schema:
        return Schema(field for field in self.fields.values() if field.path not in names)

    @property
    def names(self) -> list[str]:
        return sorted(self.fields)

    def knows(self, segments: Sequence[object]) -> bool:
        """Whether a path is a documented value; what lies inside a list or an object is not looked at."""
        path = ""
        for position, segment in enumerate(segments):
            if not isinstance(segment, str):
                return False  # contact[something]: known only when it is rendered
            path = f"{path}.{segment}" if path else segment
            field = self.fields.get(path)
            rest = segments[position + 1 :]
            if field is not None and (not rest or field.type in ("list", "object") or _property(rest)):
                return True
            if field is None and path not in self._groups:
                return False
        return False

    def values_of(self, group: str) -> list[str]:
        """The names of a group such as contact, in the order of their documentation; [] for no group."""
        return [path for path in self.fields if path.startswith(f"{group}.")] if group in self._groups else []


def _property(rest: Sequence[object]) -> bool:
    return len(rest) == 1 and rest[0] in PROPERTIES

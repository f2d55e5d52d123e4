"""Makes the keys of custom fields from the names of columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from contacts.importing import vocabulary
from contacts.models import FieldType
from contacts.services import fields

LONGEST = 63
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a"})


@dataclass(frozen=True, slots=True)
class KnownField:
    """A custom field that is already there."""

    key: str
    label: str
    kind: FieldType


class Book:
    """Which keys are taken. A name that was seen before, here or in an earlier import, keeps its key."""

    def __init__(self, known: Sequence[KnownField]) -> None:
        self._kinds = {field.key: field.kind for field in known}
        self._by_label = {field.label.strip().casefold(): field.key for field in known}
        self._used: set[str] = set()

    def assign(self, name: str, *, guess: FieldType) -> tuple[str, FieldType]:
        """(key, type) for a column of that name: no key is given twice in one file."""
        wanted = self._by_label.get(name.strip().casefold()) or slug(name)
        wanted = f"custom_{wanted}" if wanted in fields.RESERVED else wanted
        key, number = wanted, 1
        while key in self._used:
            number += 1
            key = f"{wanted[: LONGEST - 4]}_{number}"
        self._used.add(key)
        return key, self._kinds.get(key, guess)


def slug(name: str) -> str:
    """`Favourite Colour` → favourite_colour, `Größe` → groesse; without Latin letters, a fixed code."""
    spaced = vocabulary.CAMEL.sub(" ", unicodedata.normalize("NFKC", name)).casefold().translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not any(letter.isalpha() for letter in key):
        return f"field_{blake2b(name.strip().encode(), digest_size=4).hexdigest()}"
    return (key if key[0].isalpha() else f"field_{key}")[:LONGEST].rstrip("_")

"""Guesses the type of an unknown column from all its values; text unless it is clearly something else."""

from __future__ import annotations

import re

from contacts.models import FieldType

# No leading zeros, no plus, no more digits than a float keeps: anything else may be a code.
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,6})?")
DATE = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
YES_NO = frozenset(("true", "false", "yes", "no", "是", "否"))


class Guess:
    """What one column may still be, given the values shown so far."""

    def __init__(self, *, text_only: bool = False) -> None:
        self._open = set() if text_only else {FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN}
        self._structured = self._plain = False
        self._seen = False

    def show(self, value: str) -> None:
        """Take one cell into account; empty ones say nothing."""
        if not value or not self._open:
            return
        self._plain = self._seen = True
        if NUMBER.fullmatch(value) is None:
            self._open.discard(FieldType.NUMBER)
        if DATE.fullmatch(value) is None:
            self._open.discard(FieldType.DATE)
        if value.casefold() not in YES_NO:
            self._open.discard(FieldType.BOOLEAN)

    def show_json(self, value: object) -> None:
        """Take one value of a JSON object into account, by its own type."""
        if isinstance(value, dict | list):
            self._structured = True
        elif isinstance(value, bool):
            self._narrow(FieldType.BOOLEAN)
        elif isinstance(value, int | float):
            self._narrow(FieldType.NUMBER)
        elif isinstance(value, str) and value:
            self._narrow(FieldType.DATE if DATE.fullmatch(value) else FieldType.TEXT)

    def verdict(self) -> FieldType:
        if self._structured:
            return FieldType.TEXT if self._plain else FieldType.JSON
        if not self._seen or not self._open:
            return FieldType.TEXT
        return next(iter(sorted(self._open)))

    def _narrow(self, kind: FieldType) -> None:
        self._plain = self._seen = True
        self._open &= {kind}

"""Reads a whole file once before anything is written: how many rows, of what kind, and is it sound."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from contacts.importing import mapping, vocabulary
from contacts.importing.guessing import Guess
from contacts.importing.mapping import Mapping, Role
from contacts.importing.reading import limits
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.reading.table import Table
from contacts.importing.signs import Signs
from contacts.models import FieldType

ROWS_THAT_SHOW_THE_ADDRESS = 500


@dataclass
class Survey:
    """What was found. `kinds` by column, `attributes` by the key in the JSON objects.

    `standings`: what else an unlisted column is, (role, target), when it says who may be mailed.
    """

    row_count: int = 0
    kinds: dict[int, FieldType] = field(default_factory=dict)
    attributes: dict[str, FieldType] = field(default_factory=dict)
    address_column: int | None = None
    standings: dict[int, tuple[Role, str]] = field(default_factory=dict)


def take(table: Table, draft: Mapping) -> Survey:
    """Read every row; raises UnreadableFile for what is wrong with the file as a whole."""
    guesses = {column.index: _guess(column.header) for column in draft.having(Role.CUSTOM)}
    speaking = {column.index: Signs(column.header) for column in draft.having(Role.CUSTOM)}
    watched = dict(speaking)
    objects = [column.index for column in draft.having(Role.ATTRIBUTES)]
    attributes: dict[str, Guess] = {}
    with_at: Counter[int] = Counter()
    count = 0
    for _line, cells in table.rows():
        count += 1
        width = len(cells)
        for index, guess in guesses.items():
            if index < width:
                guess.show(cells[index].strip())
        if watched:
            _show_signs(cells, watched)
        for index in objects:
            if index < width:
                _show_object(cells[index], attributes)
        if count <= ROWS_THAT_SHOW_THE_ADDRESS:
            with_at.update(index for index, cell in enumerate(cells) if "@" in cell)
    return Survey(
        row_count=count,
        kinds={index: guess.verdict() for index, guess in guesses.items()},
        attributes={name: guess.verdict() for name, guess in attributes.items()},
        address_column=_address_column(with_at, draft, min(count, ROWS_THAT_SHOW_THE_ADDRESS)),
        standings={index: found for index, sign in speaking.items() if (found := sign.verdict())},
    )


def read_object(text: str) -> dict[str, object] | None:
    """The JSON object in a cell; {} for an empty cell, None when it is not an object."""
    if not text.strip():
        return {}
    try:
        # No database takes a NUL, nor half a character: the encoding refuses those.
        value = json.loads(text.replace("\\u0000", ""))
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _guess(header: str) -> Guess:
    return Guess(text_only=bool(vocabulary.NUMBERS_THAT_ARE_TEXT.search(vocabulary.simplify(header))))


def _show_signs(cells: Sequence[str], watched: dict[int, Signs]) -> None:
    """Columns that have proved to be data are not looked at any more."""
    for index in tuple(watched):
        if index < len(cells):
            watched[index].show(cells[index].strip())
            if not watched[index].open:
                del watched[index]


def _show_object(text: str, attributes: dict[str, Guess]) -> None:
    for name, value in (read_object(text) or {}).items():
        if name not in attributes:
            if len(attributes) >= limits.COLUMNS:
                raise UnreadableFile(
                    _("The attributes column holds more than %(most)s different keys.")
                    % {"most": limits.COLUMNS}
                )
            attributes[name] = _guess(name)
        attributes[name].show_json(value)


def _address_column(with_at: Counter[int], draft: mapping.Mapping, row_count: int) -> int | None:
    """The one unknown column in which nearly every cell has an @."""
    unknown = {column.index for column in draft.having(Role.CUSTOM)}
    for index, count in with_at.most_common():
        if index in unknown and count >= 0.8 * row_count:
            return index
    return None

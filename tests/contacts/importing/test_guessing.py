"""A column is text unless all its values are clearly something else."""

from __future__ import annotations

import pytest

from contacts.importing.guessing import Guess
from contacts.models import FieldType


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "20", "-3.5", ""], FieldType.NUMBER),
        (["1", "020"], FieldType.TEXT),
        (["+491701234567"], FieldType.TEXT),
        (["12345678901234567890"], FieldType.TEXT),
        (["2024-01-31", "1999-12-01"], FieldType.DATE),
        (["2024-01-31 10:00:00"], FieldType.TEXT),
        (["31.01.2024"], FieldType.TEXT),
        (["yes", "No"], FieldType.BOOLEAN),
        (["true", "maybe"], FieldType.TEXT),
        (["1", "0"], FieldType.NUMBER),
        (["", ""], FieldType.TEXT),
    ],
)
def test_types_of_columns(values: list[str], kind: FieldType) -> None:
    guess = Guess()
    for value in values:
        guess.show(value)
    assert guess.verdict() == kind


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2.5], FieldType.NUMBER),
        ([True], FieldType.BOOLEAN),
        (["2024-01-31"], FieldType.DATE),
        (["a", 1], FieldType.TEXT),
        ([{"a": 1}, ["b"]], FieldType.JSON),
        ([{"a": 1}, "b"], FieldType.TEXT),
        ([None], FieldType.TEXT),
    ],
)
def test_types_of_json_values(values: list[object], kind: FieldType) -> None:
    guess = Guess()
    for value in values:
        guess.show_json(value)
    assert guess.verdict() == kind

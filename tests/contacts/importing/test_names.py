"""Whole names are split as their bearers would."""

from __future__ import annotations

import pytest

from contacts.importing import names


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann", "Ann", ""),
        ("Ann Smith", "Ann", "Smith"),
        ("Ann  Mary Smith", "Ann Mary", "Smith"),
        ("Smith, Ann", "Ann", "Smith"),
        ("Ann van der Berg", "Ann", "van der Berg"),
        ("王小明", "小明", "王"),
        ("欧阳修", "修", "欧阳"),
        ("Bo Li", "Bo", "Li"),
    ],
)
def test_names_are_split(name: str, first: str, last: str) -> None:
    assert names.split(name) == (first, last)

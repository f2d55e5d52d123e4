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
        ("山田 太郎", "太郎", "山田"),
        ("山田\u3000はな", "はな", "山田"),
        ("マイケル ジョーダン", "マイケル", "ジョーダン"),
    ],
)
def test_names_are_split(name: str, first: str, last: str) -> None:
    assert names.split(name) == (first, last)


def test_a_name_in_chinese_characters_that_is_not_chinese_stays_whole() -> None:
    assert names.split("山田太郎", chinese=False) == ("山田太郎", "")
    assert names.split("山田 太郎", chinese=False) == ("太郎", "山田")

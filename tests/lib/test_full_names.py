from __future__ import annotations

import pytest

from mailhub.lib import full_names


@pytest.mark.parametrize(
    ("first", "last", "full"),
    [
        ("Ann", "Lee", "Ann Lee"),
        ("小明", "王", "王小明"),
        ("太郎", "山田", "山田太郎"),
        ("민수", "김", "김민수"),
        ("Xiaoming", "王", "Xiaoming 王"),
        ("Ann", "", "Ann"),
        ("", "Lee", "Lee"),
        ("小明", "", "小明"),
        ("", "", ""),
    ],
)
def test_a_family_name_stands_where_its_language_puts_it(first: str, last: str, full: str) -> None:
    assert full_names.of(first, last) == full

"""Splits a whole name into first and last name, as far as it can be told from the name alone."""

from __future__ import annotations

import re

from contacts.importing import vocabulary

HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
DOUBLE_SURNAMES = frozenset(
    vocabulary.words(
        "欧阳, 司马, 上官, 诸葛, 东方, 皇甫, 尉迟, 公孙, 慕容, 司徒, 令狐, 夏侯, 歐陽, 司馬, 諸葛, 東方, "
        "尉遲, 公孫"
    )
)
# Words that belong to the surname after them.
PARTICLES = frozenset(
    vocabulary.words(
        "von, van, vom, zu, zur, de, del, della, der, den, des, di, da, dos, das, du, la, le, las, los, "
        "el, al, bin, ibn, ten, ter, st"
    )
)


def split(name: str) -> tuple[str, str]:
    """(first, last): `Ann van Dyk` → Ann, van Dyk; `Doe, Ann` → Ann, Doe; `王小明` → 小明, 王."""
    text = " ".join(name.split())
    if HAN.fullmatch(text):
        surname = 2 if text[:2] in DOUBLE_SURNAMES and len(text) > 2 else 1
        return text[surname:], text[:surname]
    last, comma, first = text.partition(",")
    if comma and first.strip() and "," not in first:
        return first.strip(), last.strip()
    words = text.split(" ")
    if len(words) == 1:
        return text, ""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])

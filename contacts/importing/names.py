"""Splits a whole name into first and last name, as far as it can be told from the name alone."""

from __future__ import annotations

import re

from contacts.importing import vocabulary

HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
# Two words of which the first holds Han characters: a family name and what it is followed by.
EASTERN = re.compile(r"([\u3041-\u30ff]*[\u3400-\u9fff][\u3041-\u9fff]*) ([\u3041-\u9fff]+)")
KANA = re.compile(r"[\u3041-\u30ff]")
JAPANESE_HEADERS = frozenset(vocabulary.words("氏名, お名前, 名前, ご氏名, 御氏名"))
# Chinese characters there, but no telling where the family name ends.
WITHOUT_A_RULE = frozenset(("ja", "ko"))
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


def is_japanese(header: str) -> bool:
    """Whether the name of a column says that the names in it are Japanese."""
    return vocabulary.simplify(header) in JAPANESE_HEADERS or bool(KANA.search(header))


def split(name: str, *, chinese: bool = True) -> tuple[str, str]:
    """(first, last): `Ann van Dyk` → Ann, van Dyk; `Doe, Ann` → Ann, Doe; `王小明` → 小明, 王.

    A name in Chinese characters that is not `chinese` stays whole (`山田太郎`) unless a blank divides it.
    """
    text = " ".join(name.split())
    if eastern := EASTERN.fullmatch(text):
        return eastern[2], eastern[1]
    if HAN.fullmatch(text) and not chinese:
        return text, ""
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

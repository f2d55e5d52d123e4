"""Puts a person's two names in the order in which they are said."""

from __future__ import annotations

import re

# Han characters, kana, Hangul: there the family name comes first, and no blank stands between.
EASTERN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")


def of(first: str, last: str) -> str:
    """`Ann`, `Lee` → Ann Lee; `小明`, `王` → 王小明; one of them alone stays as it is."""
    if not first or not last:
        return first or last
    if not first.isascii() and EASTERN.fullmatch(first) and EASTERN.fullmatch(last):
        return last + first
    return f"{first} {last}"

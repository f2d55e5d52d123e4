"""Versions of a letter, and what is different between two of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from mailhub.content.models import Letter, LetterVersion
from mailhub.content.selectors import drafts
from mailhub.content.variants import VariantSource

WORDS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
CONTEXT = 3
# Two lines of which less is alike are shown as one gone and one come, without marks within them.
ALIKE = 0.4

Mark = Literal["", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some characters of a line; `mark` says whether they are on one side only."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One line on one side; number 0 when this side has none."""

    number: int
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines that stand beside each other; `kind` same, changed, gone, new, or skip for unshown ones."""

    kind: Literal["same", "changed", "gone", "new", "skip"]
    before: Side
    after: Side
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class PartDiff:
    part: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LanguageDiff:
    """What changed in one language; `kind` same, changed, gone (only before) or new (only after)."""

    locale: str
    kind: Literal["same", "changed", "gone", "new"]
    parts: tuple[PartDiff, ...]


def of_letter(letter: Letter) -> list[LetterVersion]:
    """Newest first."""
    return list(letter.versions.order_by("-number"))


def sources(version: LetterVersion) -> dict[str, VariantSource]:
    kind = version.letter.kind
    return {each.locale: drafts.source_of(each, kind=kind) for each in version.variants.order_by("id")}


def compare(before: dict[str, VariantSource], after: dict[str, VariantSource]) -> list[LanguageDiff]:
    """Language by language, part by part, line by line, with the words that differ marked."""
    locales = [*after, *(locale for locale in before if locale not in after)]
    return [_compare_language(locale, before.get(locale), after.get(locale)) for locale in locales]


def _compare_language(locale: str, before: VariantSource | None, after: VariantSource | None) -> LanguageDiff:
    if before == after:
        return LanguageDiff(locale, "same", ())
    parts = []
    for part in ("subject", "preheader", "body", "text"):
        old = getattr(before, part) if before else ""
        new = getattr(after, part) if after else ""
        if old != new:
            parts.append(PartDiff(part, tuple(lines(old, new))))
    kind: Literal["changed", "gone", "new"] = "changed" if before and after else ("new" if after else "gone")
    return LanguageDiff(locale, kind, tuple(parts))


def lines(old: str, new: str) -> list[Row]:
    """The rows of two texts side by side, unchanged stretches folded to a few lines of context."""
    before, after = old.splitlines(), new.splitlines()
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [
                Row("same", _side(i + 1, before[i]), _side(j + 1, after[j]))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
        else:
            rows += _changed(before, after, range(i1, i2), range(j1, j2))
    return _folded(rows)


def _changed(before: Sequence[str], after: Sequence[str], gone: range, come: range) -> list[Row]:
    rows = []
    for position in range(max(len(gone), len(come))):
        i = gone[position] if position < len(gone) else None
        j = come[position] if position < len(come) else None
        if i is not None and j is not None:
            left, right = _words(before[i], after[j])
            rows.append(Row("changed", Side(i + 1, left), Side(j + 1, right)))
        elif i is not None:
            rows.append(Row("gone", _side(i + 1, before[i], "gone"), Side(0)))
        elif j is not None:
            rows.append(Row("new", Side(0), _side(j + 1, after[j], "new")))
    return rows


def _side(number: int, text: str, mark: Mark = "") -> Side:
    return Side(number, (Stretch(text, mark),))


def _words(old: str, new: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Both lines cut into stretches, with what only one of them has marked."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (Stretch(old, "gone"),), (Stretch(new, "new"),)
    left, right = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        same = tag == "equal"
        if i1 < i2:
            left.append(Stretch("".join(before[i1:i2]), "" if same else "gone"))
        if j1 < j2:
            right.append(Stretch("".join(after[j1:j2]), "" if same else "new"))
    return tuple(left), tuple(right)


def _folded(rows: list[Row]) -> list[Row]:
    near = {
        position
        for index, row in enumerate(rows)
        if row.kind != "same"
        for position in range(index - CONTEXT, index + CONTEXT + 1)
    }
    folded: list[Row] = []
    for index, row in enumerate(rows):
        if index in near:
            folded.append(row)
        elif folded and folded[-1].kind == "skip":
            folded[-1] = Row("skip", Side(0), Side(0), folded[-1].skipped + 1)
        else:
            folded.append(Row("skip", Side(0), Side(0), 1))
    return folded

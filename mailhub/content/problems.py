"""What is wrong with a letter, and where: problems with line and column, and the error that tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from mailhub.lib.errors import UserError

Part = Literal["subject", "preheader", "body", "text"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. Line and column count characters of the part's source, from 1.

    `locale` is the language of the variant, "" when the letter has only one.
    """

    part: Part
    message: str
    line: int
    column: int
    locale: str = ""

    def __str__(self) -> str:
        place = f"{self.part}, line {self.line}, column {self.column}: {self.message}"
        return f"{self.locale}: {place}" if self.locale else place


class LetterError(UserError):
    """A letter that cannot be sent as it is; its text has one line a problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RenderError(UserError):
    """This letter cannot be written for this person; the sentence says why."""


class SourceError(Exception):
    """A mistake at `offset` of the source at hand; whoever knows the part makes a Problem of it."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def locate(part: Part, source: str, *, offset: int, message: str) -> Problem:
    """The problem at `offset` of `source`, with its line and column."""
    before = source[: max(0, min(offset, len(source)))]
    line_start = before.rfind("\n") + 1
    return Problem(part, message, before.count("\n") + 1, len(before) - line_start + 1)


def suggest(name: str, known: Sequence[str]) -> str:
    """“; did you mean …?” when one of the known names is near, else nothing."""
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"; did you mean “{near[0]}”?" if near else ""

"""What is wrong with a letter, and where: problems with line and column, and the error that tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.lib.errors import UserError

Part = Literal["subject", "preheader", "body", "text"]
PART_NAMES: dict[Part, Promise] = {
    "subject": gettext_lazy("subject"),
    "preheader": gettext_lazy("preheader"),
    "body": gettext_lazy("body"),
    "text": gettext_lazy("text"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence with the values of its placeholders; whoever reads it reads it in their language."""

    sentence: str | Promise
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.sentence) % self.values if self.values else str(self.sentence)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. Line and column count characters of the part's source, from 1.

    `locale` is the language of the variant, "" when the letter has only one.
    """

    part: Part
    notice: str | Notice
    line: int
    column: int
    locale: str = ""

    @property
    def message(self) -> str:
        """The notice in the language of whoever reads now."""
        return str(self.notice)

    def __str__(self) -> str:
        place = _("%(part)s, line %(line)d, column %(column)d: %(message)s") % {
            "part": PART_NAMES[self.part],
            "line": self.line,
            "column": self.column,
            "message": self.notice,
        }
        return f"{self.locale}: {place}" if self.locale else place


class LetterError(UserError):
    """A letter that cannot be sent as it is; its text has one line a problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RenderError(UserError):
    """This letter cannot be written for this person; the sentence says why."""


class SourceError(Exception):
    """A mistake at `offset` of the source at hand; whoever knows the part makes a Problem of it.

    `sentence` is marked with gettext_lazy: it is read later, in the reader's language. `values` are those
    of its placeholders.
    """

    def __init__(self, sentence: str | Promise, *, offset: int, **values: object) -> None:
        super().__init__(sentence)
        self.notice = Notice(sentence, values)
        self.offset = offset

    def __str__(self) -> str:
        return str(self.notice)

    def at(self, offset: int) -> SourceError:
        """The same mistake at another place."""
        return SourceError(self.notice.sentence, offset=offset, **self.notice.values)


def locate(part: Part, source: str, error: SourceError) -> Problem:
    """The problem that `error` is in `source`, with its line and column."""
    return Problem(part, error.notice, *place_of(error.offset, source))


def place_of(offset: int, source: str) -> tuple[int, int]:
    """Line and column of `offset`, from 1."""
    before = source[: max(0, min(offset, len(source)))]
    line_start = before.rfind("\n") + 1
    return before.count("\n") + 1, len(before) - line_start + 1


def nearest(name: str, known: Sequence[str]) -> str:
    """The one of the known names that is near, "" when none is."""
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return near[0] if near else ""

"""Reads CSV and its relatives: any encoding, quoted line breaks, a line number for every row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from contacts.importing.reading import limits, separators
from contacts.importing.reading.limits import UnreadableFile

SAMPLE_CHARACTERS = 64 * 1024
csv.field_size_limit(limits.ROW_CHARACTERS)


def find_separator(path: Path, *, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE_CHARACTERS)
    first = sample.split("\n", 1)[0]
    return separators.declared(first) or separators.detect(sample, complete=len(sample) < SAMPLE_CHARACTERS)


def rows(path: Path, *, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which it begins, cells) of every row that is not blank.

    Raises UnreadableFile for a quote that never ends and for a row that is too long.
    """
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(file, path.name)
        reader = csv.reader(lines, delimiter=separator)
        try:
            for cells in reader:
                begun = lines.take_start()
                if lines.ended:
                    # The reader asked for more after the last line: it was still inside a quote.
                    raise UnreadableFile(_unterminated(path.name, begun))
                if _filled(cells) and not (begun == 1 and separators.declared(separator.join(cells))):
                    yield begun, cells
        except csv.Error as error:
            raise UnreadableFile(
                _("%(file)s, line %(line)s: %(reason)s.")
                % {"file": path.name, "line": f"{lines.start:,}", "reason": error}
            ) from error


class _Lines:
    """The lines of a file for csv.reader, which remembers where the present row began."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self.number = 0
        self.start = 1
        self.ended = False
        self._characters = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(limits.ROW_CHARACTERS + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += 1
        self._characters += len(line)
        if self._characters > limits.ROW_CHARACTERS:
            raise UnreadableFile(self._too_long())
        # PostgreSQL takes no NUL, and nobody means one.
        return line.replace("\0", "") if "\0" in line else line

    def take_start(self) -> int:
        """The line on which the row just read began; the next row begins after the present line."""
        begun, self.start, self._characters = self.start, self.number + 1, 0
        return begun

    def _too_long(self) -> str:
        if self.number > self.start:
            return _unterminated(self._name, self.start)
        return _("%(file)s, line %(line)s is longer than 1 MB; is it a table?") % {
            "file": self._name,
            "line": f"{self.start:,}",
        }


def _filled(cells: list[str]) -> bool:
    return any(cells) and not "".join(cells).isspace()


def _unterminated(name: str, line: int) -> str:
    return _(
        '%(file)s: a quote (") is opened in the row that begins on line %(line)s and never closed. '
        "Nothing was imported."
    ) % {"file": name, "line": f"{line:,}"}

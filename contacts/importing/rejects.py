"""Writes the rows that could not be brought in, or not whole, to a CSV file that can be mended."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from contacts.importing import statuses
from contacts.importing.statuses import Standing

LINE, STANDING, PROBLEM = "mailhub_line", "mailhub_standing", "mailhub_problem"
OWN = frozenset((LINE, STANDING, PROBLEM))
# Spreadsheets take a cell that begins so for a formula (rules 9.2).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class ErrorFile:
    """The error file of one run: anew each time, since a file is always read from its start.

    It is there only if something was written to it. `standing` is what the name of the imported file says of
    everybody in it: this file has another name, so each row carries it, and what it carried already.
    """

    def __init__(
        self, path: Path, *, header: Sequence[str], standing: Standing = Standing.SUBSCRIBED
    ) -> None:
        self.path = path
        own = OWN if made(header) else frozenset()
        self._kept = [index for index, name in enumerate(header) if name not in own]
        self._carried = [index for index, name in enumerate(header) if name in own and name == STANDING]
        self._width = len(header)
        self._header = [header[index] for index in self._kept]
        self._standing = standing
        self._states = standing != Standing.SUBSCRIBED or bool(self._carried)
        self._file: TextIO | None = None

    def __enter__(self) -> ErrorFile:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    @property
    def written(self) -> bool:
        return self._file is not None

    def write(self, line: int, cells: Sequence[str], problem: str) -> None:
        if self._file is None:
            self._file = self._open()
        padded = [*cells, *[""] * (self._width - len(cells))]
        data = [padded[index] for index in self._kept] + padded[self._width :]
        self._writer.writerow([str(line), *self._stated(padded), *map(neutralise, data), problem])

    def _stated(self, cells: Sequence[str]) -> list[str]:
        carried = (statuses.of_word(cells[index]) for index in self._carried)
        strictest = max((standing for standing in carried if standing is not None), default=self._standing)
        return [max(strictest, self._standing).name.lower()] if self._states else []

    def _open(self) -> TextIO:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # With a byte order mark, without which Excel reads UTF-8 as something else.
        file = self.path.open("w", encoding="utf-8-sig", newline="")
        self.path.chmod(0o600)
        self._writer = csv.writer(file)
        stated = [STANDING] if self._states else []
        self._writer.writerow([LINE, *stated, *map(neutralise, self._header), PROBLEM])
        return file


def made(header: Sequence[str]) -> bool:
    """Whether a file with these columns is an error file; who mends it may take a column of it out."""
    return LINE in header or STANDING in header


def neutralise(cell: str) -> str:
    """The cell as a spreadsheet shows it without reckoning."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def restore(cell: str) -> str:
    """The cell as it was before `neutralise`."""
    return cell[1:] if cell.startswith("'") and cell.startswith(FORMULA, 1) else cell

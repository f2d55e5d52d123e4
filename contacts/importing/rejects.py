"""Writes the rows that could not be brought in, or not whole, to a CSV file that can be mended."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

LINE, PROBLEM = "mailhub_line", "mailhub_problem"
# Spreadsheets take a cell that begins so for a formula (rules 9.2).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class ErrorFile:
    """The error file of one run: anew each time, since a file is always read from its start.

    It is there only if something was written to it.
    """

    def __init__(self, path: Path, *, header: Sequence[str]) -> None:
        self.path = path
        self._header = header
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
        width = max(len(self._header), len(cells))
        padded = [*cells, *[""] * (width - len(cells))]
        self._writer.writerow([str(line), *map(neutralise, padded), problem])

    def _open(self) -> TextIO:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # With a byte order mark, without which Excel reads UTF-8 as something else.
        file = self.path.open("w", encoding="utf-8-sig", newline="")
        self.path.chmod(0o600)
        self._writer = csv.writer(file)
        self._writer.writerow([LINE, *map(neutralise, self._header), PROBLEM])
        return file


def neutralise(cell: str) -> str:
    """The cell as a spreadsheet shows it without reckoning."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

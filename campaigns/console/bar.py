"""Shows progress on a stream: a redrawn line on a terminal, else a line now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TextIO

from campaigns.console import words
from campaigns.selectors.progress import Progress

SECONDS_BETWEEN_LINES = 5.0
CLEAR_LINE = "\r\x1b[K"


@dataclass(slots=True)
class Bar:
    """Ask it to `show` as often as you like; it decides what is worth writing."""

    stream: TextIO
    _shown: str = ""
    _shown_at: float = field(default=float("-inf"))

    def show(self, progress: Progress, *, at: float) -> None:
        """`at` is in seconds of a clock that only goes forward."""
        line = words.line(progress)
        if line == self._shown:
            return
        if self.stream.isatty():
            self._write(CLEAR_LINE + line, line, at)
        elif at - self._shown_at >= SECONDS_BETWEEN_LINES:
            self._write(line + "\n", line, at)

    def close(self, progress: Progress, *, at: float) -> None:
        """The last figures, and the cursor at the beginning of a line."""
        self._shown_at = float("-inf")
        self.show(progress, at=at)
        if self.stream.isatty():
            self.stream.write("\n")
        self.stream.flush()

    def _write(self, text: str, line: str, at: float) -> None:
        self.stream.write(text)
        self.stream.flush()
        self._shown, self._shown_at = line, at

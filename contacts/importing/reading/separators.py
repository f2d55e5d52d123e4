"""Finds out what stands between the cells of a text file."""

from __future__ import annotations

import csv
from collections import Counter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

CANDIDATES = (",", ";", "\t", "|")
NAMES: dict[str, Promise] = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("pipe"),
}
LINES = 200


def detect(sample: str, *, complete: bool) -> str:
    """The separator that cuts the sample into the most even table; a comma for a single column.

    `complete` tells that the sample is the whole file, so that its last line counts too.
    """
    lines = sample.splitlines(keepends=True)
    if not complete and len(lines) > 1:
        lines.pop()
    return max(CANDIDATES, key=lambda separator: _evenness(lines[:LINES], separator))


def declared(line: str) -> str | None:
    """The separator of Excel's own first line `sep=;`, if it is one."""
    text = line.strip().strip('"')
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") else None


def _evenness(lines: list[str], separator: str) -> tuple[bool, float, int]:
    """Sorts separators: one that cuts the header, then the share of rows like it, then the columns."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error:
        return (False, 0.0, 0)
    if not widths or widths[0] < 2:
        return (False, 0.0, 0)
    return (True, round(Counter(widths)[widths[0]] / len(widths), 1), widths[0])

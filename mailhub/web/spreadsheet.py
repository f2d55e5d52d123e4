"""CSV files that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

from mailhub.web import downloads

# A cell that begins so is a formula to a spreadsheet (OWASP, “CSV Injection”).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def stream(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of `rows` below `header`, made while it is sent: constant memory."""
    answer = StreamingHttpResponse(lines(header, rows), content_type=downloads.CSV)
    return downloads.offer(answer, name=filename)


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file line by line, beginning with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([neutral(cell) for cell in header])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def neutral(value: Any) -> str:
    """The cell as text; what a spreadsheet would take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


class _Echo:
    """Gives back what the csv module writes."""

    def write(self, line: str) -> str:
        return line

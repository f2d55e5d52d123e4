"""Reads the first visible sheet of an XLSX workbook, every cell as the text a person would type."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from contacts.importing.reading import limits
from contacts.importing.reading.limits import UnreadableFile

BROKEN = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, EOFError)
FORMULA_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every row that is not blank; raises UnreadableFile."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except BROKEN as error:
        raise UnreadableFile(_damaged(path)) from error
    try:
        yield from _rows(path, _first_visible(path, book))
    finally:
        book.close()


def _rows(path: Path, sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    # What the file says of its own extent is often wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    values = sheet.values
    number = cell_count = 0
    while True:
        try:
            row = next(values)
        except StopIteration:
            return
        except BROKEN as error:
            raise UnreadableFile(_damaged(path)) from error
        number += 1
        cell_count += len(row)
        if cell_count > limits.WORKBOOK_CELLS:
            raise UnreadableFile(
                _("%(file)s has more than %(most)s cells; save it as CSV, or in parts.")
                % {"file": path.name, "most": f"{limits.WORKBOOK_CELLS:,}"}
            )
        cells = [text(value) for value in row]
        if any(cells):
            yield number, cells


def _first_visible(path: Path, book: openpyxl.Workbook) -> ReadOnlyWorksheet:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and isinstance(sheet, ReadOnlyWorksheet):
            return sheet
    raise UnreadableFile(_("%(file)s has no visible sheet with cells.") % {"file": path.name})


def text(value: Any) -> str:
    """A cell as text: 12345.0 is 12345, a date is 2024-01-31, true is true, a formula's error nothing."""
    match value:
        case None:
            return ""
        case str():
            return "" if value in FORMULA_ERRORS else _storable(value)
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.replace(microsecond=0).isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
    return str(value)


def _storable(value: str) -> str:
    """The text without NUL and without halves of characters, which no database takes."""
    return value.replace("\0", "").encode("utf-8", "ignore").decode()


def _damaged(path: Path) -> str:
    return _("%(file)s is damaged and can't be read; open it in Excel and save it anew, or as CSV.") % {
        "file": path.name
    }

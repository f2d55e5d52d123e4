"""Workbooks give the text that a person sees in them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from contacts.importing.reading import table
from contacts.importing.reading.limits import UnreadableFile


def test_cells_become_the_text_that_a_person_would_type(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Email", "Zip", "Since", "Seen", "VIP", "Score", "Gone"])
    moment = datetime.fromisoformat("2024-01-31 10:30")
    book.active.append(["ann@example.org", 12345.0, date(2024, 1, 31), moment, True, 1.5, "#N/A"])
    book.save(path)
    found = table.open_table(path)
    assert found.header == ("Email", "Zip", "Since", "Seen", "VIP", "Score", "Gone")
    cells = ["ann@example.org", "12345", "2024-01-31", "2024-01-31 10:30:00", "true", "1.5", ""]
    assert list(found.rows()) == [(2, cells)]


def test_the_first_visible_sheet_is_read_and_blank_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("People")
    sheet["A1"], sheet["A4"] = "Email", "ann@example.org"
    book.save(path)
    found = table.open_table(path)
    assert found.header == ("Email",)
    assert list(found.rows()) == [(4, ["ann@example.org"])]


def test_a_damaged_sheet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    openpyxl.Workbook().save(path)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<rubbish" if "sheet1" in name else old.read(name))
    with pytest.raises(UnreadableFile, match="damaged"):
        table.open_table(broken)

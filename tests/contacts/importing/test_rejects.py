"""The error file can be opened in a spreadsheet without harm, and mended."""

from __future__ import annotations

import csv
from pathlib import Path

from contacts.importing import rejects
from contacts.importing.statuses import Standing


def test_rows_are_written_with_line_and_reason_and_without_formulas(tmp_path: Path) -> None:
    path = tmp_path / "imports" / "errors.csv"
    with rejects.ErrorFile(path, header=["email", "note"]) as errors:
        errors.write(3, ["=cmd()", "@SUM", "+1", "plain"], "No address.")
        assert errors.written
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["mailhub_line", "email", "note", "mailhub_problem"],
            ["3", "'=cmd()", "'@SUM", "'+1", "plain", "No address."],
        ]


def test_what_the_name_of_the_file_said_goes_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    header = ["mailhub_line", "mailhub_standing", "email", "mailhub_problem"]
    with rejects.ErrorFile(path, header=header, standing=Standing.NEVER) as errors:
        errors.write(3, ["7", "hard_bounce", "ann", "Old."], "No @.")
        errors.write(4, ["8", "", "bo", "Old.", "too many"], "Too many.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            header,
            ["3", "hard_bounce", "ann", "No @."],
            ["4", "never", "bo", "too many", "Too many."],
        ]


def test_what_is_restored_is_what_was_neutralised() -> None:
    for cell in ("=1", "+1", "-1", "@a", "\ta", "'s", "plain", "", "'"):
        assert rejects.restore(rejects.neutralise(cell)) == cell


def test_without_an_error_there_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    path.write_text("of an earlier run")
    with rejects.ErrorFile(path, header=["email"]) as errors:
        assert not errors.written
    assert not path.exists()

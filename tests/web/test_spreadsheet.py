"""CSV downloads run nothing in a spreadsheet."""

from __future__ import annotations

import pytest

from mailhub.web import spreadsheet


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_becomes_text(text: str) -> None:
    assert spreadsheet.neutral(text) == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert [spreadsheet.neutral(value) for value in (-2, 1.5, None, "Ann")] == ["-2", "1.5", "", "Ann"]


def test_the_file_is_read_by_excel_as_utf_8() -> None:
    response = spreadsheet.stream("people.csv", ["Näme"], [["=Ann"], ['a "quoted", word']])
    content = b"".join(response.streaming_content).decode()
    assert content == '\ufeffNäme\r\n\'=Ann\r\n"a ""quoted"", word"\r\n'
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'

"""Text tables of every make are cut into the cells that were meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from contacts.importing.reading import limits, table
from contacts.importing.reading.limits import UnreadableFile


def read(folder: Path, text: str) -> table.Table:
    path = folder / "people.csv"
    path.write_bytes(text.encode())
    return table.open_table(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_recognised(tmp_path: Path, separator: str) -> None:
    text = f"email{separator}name\nann@example.org{separator}Ann\nbo@example.org{separator}Bo\n"
    found = read(tmp_path, text)
    assert found.header == ("email", "name")
    assert list(found.rows()) == [(2, ["ann@example.org", "Ann"]), (3, ["bo@example.org", "Bo"])]


def test_commas_in_the_cells_do_not_hide_the_semicolons(tmp_path: Path) -> None:
    found = read(tmp_path, 'email;note\nann@example.org;"a, b, c"\nbo@example.org;d, e\n')
    assert list(found.rows())[1] == (3, ["bo@example.org", "d, e"])


def test_a_single_column_needs_no_separator(tmp_path: Path) -> None:
    assert list(read(tmp_path, "email\nann@example.org\n").rows()) == [(2, ["ann@example.org"])]


def test_excels_own_first_line_names_the_separator(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\nemail;name\nann@example.org;Ann\n")
    assert found.header == ("email", "name")
    assert list(found.rows()) == [(3, ["ann@example.org", "Ann"])]


def test_a_quoted_line_break_stays_in_its_cell_and_lines_are_counted_on(tmp_path: Path) -> None:
    text = 'email,note\r\nann@example.org,"one\r\ntwo"\r\n\r\n,\r\nbo@example.org,"say ""hi"""\r\n'
    assert list(read(tmp_path, text).rows()) == [
        (2, ["ann@example.org", "one\r\ntwo"]),
        (6, ["bo@example.org", 'say "hi"']),
    ]


def test_a_table_can_be_read_twice(tmp_path: Path) -> None:
    found = read(tmp_path, "email\nann@example.org\n")
    assert list(found.rows()) == list(found.rows())


def test_a_quote_that_never_ends_names_the_line_where_it_begins(tmp_path: Path) -> None:
    found = read(tmp_path, 'email,name\nann@example.org,Ann\nbo@example.org,"Bo\ncy@example.org,Cy\n')
    with pytest.raises(UnreadableFile, match="begins on line 3 and never closed"):
        list(found.rows())


def test_a_quote_that_swallows_a_megabyte_is_stopped(tmp_path: Path) -> None:
    found = read(tmp_path, 'email,name\nann@example.org,"Ann\n' + "bo@example.org,Bo\n" * 70_000)
    with pytest.raises(UnreadableFile, match="begins on line 2 and never closed"):
        list(found.rows())


def test_a_line_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, "email,name\nann@example.org,Ann\n" + "x" * (limits.ROW_CHARACTERS + 1))
    with pytest.raises(UnreadableFile, match="line 3 is longer than 1 MB"):
        list(found.rows())


def test_a_file_of_blank_lines_is_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is empty"):
        read(tmp_path, "\n \n\n")

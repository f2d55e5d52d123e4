"""Letters come out of files of all kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.console import files
from campaigns.console.files import UnreadableFile


def test_a_byte_order_mark_is_no_part_of_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_bytes("\ufeff<p>Grüße</p>".encode())
    assert files.read(str(path)) == "<p>Grüße</p>"


def test_the_wrong_encoding_is_told_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_bytes("<p>Hello</p>\n<p>Grüße</p>".encode("latin-1"))
    with pytest.raises(
        UnreadableFile, match=r"is not UTF-8: byte 0xfc in line 2, column 6 .* Save the file as UTF-8"
    ):
        files.read(str(path))


def test_utf_16_is_told_as_what_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_bytes("<p>Hello</p>".encode("utf-16"))
    with pytest.raises(UnreadableFile, match="is not UTF-8: byte 0xff in line 1, column 1 "):
        files.read(str(path))


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_bytes(b"PK\0\0")
    with pytest.raises(UnreadableFile, match="NUL bytes"):
        files.read(str(path))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_text(" \n")
    with pytest.raises(UnreadableFile, match="is empty"):
        files.read(str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"There is no file .*nowhere\.html"):
        files.read(str(tmp_path / "nowhere.html"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is a folder"):
        files.read(str(tmp_path))


def test_a_file_of_absurd_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    path.write_bytes(b"x" * (files.MAX_BYTES + 1))
    with pytest.raises(UnreadableFile, match="is larger than 5,000,000 bytes"):
        files.read(str(path))

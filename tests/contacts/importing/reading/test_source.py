"""A file that can't be a table of people is refused with a sentence of its own."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from contacts.importing.reading import limits, source
from contacts.importing.reading.limits import UnreadableFile


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"There is no file .*people\.csv"):
        source.inspect(tmp_path / "people.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is a folder"):
        source.inspect(tmp_path)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "people.csv").touch()
    with pytest.raises(UnreadableFile, match=r"people\.csv is empty"):
        source.inspect(tmp_path / "people.csv")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (source.OLD_EXCEL, "old .* Excel"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_other_kinds_of_file_are_named(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=what):
        source.inspect(path)


def test_a_file_over_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.touch()
    os.truncate(path, limits.FILE_BYTES + 1)
    with pytest.raises(UnreadableFile, match="at most 200 MB"):
        source.inspect(path)


def test_a_zip_of_other_things_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", "email\n")
    with pytest.raises(UnreadableFile, match="ZIP archive"):
        source.inspect(path)


def test_a_workbook_that_unpacks_to_more_than_100_times_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (limits.RATIO_MATTERS_BYTES + 1))
    with pytest.raises(UnreadableFile, match="100:1"):
        source.inspect(path)

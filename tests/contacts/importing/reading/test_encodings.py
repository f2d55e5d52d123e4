"""Encodings are recognised, and a byte that does not belong is found before anything is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from contacts.importing.reading import encodings
from contacts.importing.reading.limits import UnreadableFile

WESTERN = "email,name,city\nann@example.org,Müller,Köln\nbo@example.org,Zoë,Größe\n"
CHINESE = "邮箱,姓名,城市\nann@example.org,王小明,北京\nbo@example.org,李丽,上海\n"


def write(folder: Path, data: bytes) -> Path:
    path = folder / "people.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (WESTERN, "utf-8", "utf-8"),
        (WESTERN, "utf-8-sig", "utf-8-sig"),
        (WESTERN, "utf-16", "utf-16"),
        (WESTERN, "utf-16-le", "utf-16-le"),
        (WESTERN, "utf-16-be", "utf-16-be"),
        (WESTERN, "latin-1", "cp1252"),
        (WESTERN, "cp1252", "cp1252"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        ("email\nann@example.org\n", "ascii", "utf-8"),
        ("email,price\nann@example.org,5 €\n", "cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_recognised(tmp_path: Path, text: str, written: str, found: str) -> None:
    assert encodings.detect(write(tmp_path, text.encode(written))) == found


def test_a_gbk_name_far_behind_plain_rows_is_found(tmp_path: Path) -> None:
    rows = b"email,name\n" + b"ann@example.org,Ann\n" * 20_000
    assert encodings.detect(write(tmp_path, rows + "bo@example.org,李丽\n".encode("gbk"))) == "gb18030"


def test_a_broken_byte_in_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    rows = WESTERN.encode() * 20_000 + b"cy@example.org,C\xff,Rome\n"
    with pytest.raises(UnreadableFile, match=r"looks like UTF-8, but line 60,001 holds a byte \(0xFF\)"):
        encodings.detect(write(tmp_path, rows))


def test_a_broken_byte_at_the_edge_of_a_read_is_found(tmp_path: Path) -> None:
    start = b"email\n\xc3\xbc\n"
    filling = b"x" * (encodings.CHUNK_BYTES - len(start) - 1)
    with pytest.raises(UnreadableFile, match="line 3 "):
        encodings.detect(write(tmp_path, start + filling + b"\xc3\n\xc3\xbc\n"))


def test_binary_rubbish_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not a text file"):
        encodings.detect(write(tmp_path, bytes(range(256)) * 50))

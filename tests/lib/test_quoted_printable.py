"""Chunks of quoted-printable, joined in any order, read back by the standard library."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailhub.delivery.dkim import relaxed_body
from mailhub.lib import quoted_printable

texts = st.text(st.sampled_from(" \t\n=.aé中🎉\u202e\x00\x0b") | st.characters(exclude_categories=["Cs"]))
long_words = st.builds(
    lambda word, count: word * count,
    st.sampled_from(["a", "=", "é", "a ", " ", "中", ".", ".é"]),
    st.integers(60, 160),
)


def lines(chunks: bytes) -> list[bytes]:
    return chunks.split(b"\r\n")


# How quick a busy machine makes examples says nothing of them.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.booleans(), texts | long_words), max_size=6))
def test_joined_chunks_are_the_joined_texts(parts: list[tuple[bool, str]]) -> None:
    chunks = [
        quoted_printable.value(text) if personal else quoted_printable.close(quoted_printable.encode(text))
        for personal, text in parts
    ]
    joined = b"".join(chunks)
    wanted = "".join(text.replace("\r\n", "\n").replace("\r", "\n") for _, text in parts)
    assert quopri.decodestring(joined).decode().replace("\r\n", "\n") == wanted
    assert quoted_printable.decode(joined) == wanted
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines(joined))
    assert joined.isascii() and joined.count(b"\r") == joined.count(b"\n") == joined.count(b"\r\n")


@given(st.lists(st.tuples(st.booleans(), texts | long_words), max_size=6))
def test_the_relaxed_form_of_a_body_is_the_relaxed_forms_of_its_chunks(parts: list[tuple[bool, str]]) -> None:
    written, relaxed = b"", b""
    for personal, text in parts:
        chunk = quoted_printable.close(quoted_printable.encode(text))
        if personal:
            chunk = quoted_printable.value(text)
        written += chunk
        relaxed += chunk if personal else quoted_printable.relaxed(chunk)
    assert relaxed_body(relaxed + b"--end") == relaxed_body(written + b"--end")
    assert relaxed + b"--end\r\n" == relaxed_body(written + b"--end")


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("end", ["", "=", "é", " ", "\t", "\n", ".", ".."])
def test_the_break_behind_a_full_line_fits_and_cuts_no_escape(length: int, end: str) -> None:
    chunk = quoted_printable.value("x" * length + end)
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines(chunk))
    assert quopri.decodestring(chunk).decode().replace("\r\n", "\n") == "x" * length + end


def test_a_word_is_its_own_chunk() -> None:
    assert quoted_printable.word("aB-_3") == b"aB-_3=\r\n"
    assert quoted_printable.decode(quoted_printable.word("x" * 200)) == "x" * 200


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        quoted_printable.value("\ud83d")

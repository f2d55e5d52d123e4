"""Colours, and how text on them reads."""

from __future__ import annotations

import pytest

from mailhub.lib import colours


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("#0B6B62", "#0b6b62"), ("0b6b62", "#0b6b62"), (" #abc ", "#aabbcc"), ("teal", None), ("#12345", None)],
)
def test_a_colour_is_read_in_its_usual_spellings(typed: str, kept: str | None) -> None:
    assert colours.parse(typed) == kept


def test_the_contrast_of_black_and_white_is_the_greatest() -> None:
    assert colours.contrast(colours.BLACK, colours.WHITE) == pytest.approx(21)


@pytest.mark.parametrize("colour", ["#ffff00", "#000080", "#777777", "#7f7f7f", "#ff0000", "#0b6b62"])
def test_one_of_black_and_white_always_reads(colour: str) -> None:
    assert colours.contrast(colours.readable_on(colour), colour) >= colours.READABLE

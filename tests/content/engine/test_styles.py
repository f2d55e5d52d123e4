"""Styles go into elements, and no letter takes the process down."""

from __future__ import annotations

import pytest

from mailhub.content.engine import styles
from mailhub.content.problems import SourceError


def test_a_rule_is_written_into_the_element_that_it_is_for() -> None:
    html = styles.inline("<style>p { color: #333 }</style><p>Hello</p>")
    assert '<p style="color: #333;">Hello</p>' in html


def test_elements_that_stand_in_each_other_without_end_are_refused() -> None:
    with pytest.raises(SourceError, match="deep"):
        styles.inline("<div>" * 60_000 + "</div>" * 60_000)


def test_a_long_flat_letter_is_not_deep() -> None:
    assert styles.inline("<p>Hello<br></p>" * 5_000).count("<p>") == 5_000

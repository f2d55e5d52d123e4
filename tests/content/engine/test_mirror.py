"""MJML for languages written from right to left."""

from __future__ import annotations

import pytest

from mailhub.content.engine import mirror


@pytest.mark.parametrize(
    ("written", "mirrored"),
    [
        ('align="left"', 'align="right"'),
        ("align='right'", "align='left'"),
        ('align="center"', 'align="center"'),
        ('padding="1px 2px 3px 4px"', 'padding="1px 4px 3px 2px"'),
        ('padding="1px 2px"', 'padding="1px 2px"'),
        ('padding-left="4px"', 'padding-right="4px"'),
        ('border-left="1px solid"', 'border-right="1px solid"'),
        ('border-radius="1px 2px 3px 4px"', 'border-radius="2px 1px 4px 3px"'),
        ('direction="ltr"', 'direction="ltr"'),
    ],
)
def test_attributes_change_sides(written: str, mirrored: str) -> None:
    source = f"<mjml><mj-body><mj-text {written}>left</mj-text></mj-body></mjml>"
    assert f"<mj-text {mirrored}>left</mj-text>" in mirror.source(source)


def test_html_in_a_text_stays_as_written() -> None:
    text = '<mj-text><p align="left" style="text-align:left">x</p></mj-text>'
    assert text in mirror.source(f"<mjml><mj-head></mj-head><mj-body>{text}</mj-body></mjml>")


def test_defaults_come_before_the_authors_own() -> None:
    source = "<mjml><mj-head><mj-attributes><mj-text /></mj-attributes></mj-head></mjml>"
    assert mirror.source(source).startswith(f"<mjml><mj-head>{mirror.DEFAULTS}<mj-attributes>")

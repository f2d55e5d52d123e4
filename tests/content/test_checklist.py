"""The checklist of a letter in work."""

from __future__ import annotations

import pytest

from mailhub.content import checklist, previewing, starters
from mailhub.content.checklist import Report
from mailhub.content.variants import VariantSource
from tests.content.letters_at_hand import SCHEMA, SIGNED_OFF, variant

pytestmark = pytest.mark.django_db


def report(body: str, **options: str) -> Report:
    return checklist.report(variant(body, **options), schema=SCHEMA)


def lines(found: Report) -> list[str]:
    return [line.text for line in found.lines]


def test_what_is_missing_is_said_to_be_added() -> None:
    told = lines(report("<p>x</p>"))
    assert "An unsubscribe link is added below the letter." in told
    assert "A text part is made from the letter." in told


def test_what_is_there_is_said_to_be_there() -> None:
    told = lines(report(SIGNED_OFF, text="Hello {{ unsubscribe_url }} {{ postal_address }}"))
    assert "The letter has an unsubscribe link." in told
    assert "The text part is your own." in told


def test_a_letter_that_gmail_would_cut_is_warned_of() -> None:
    found = report("<p>" + "word " * 22_000 + "</p>")
    assert [line.state for line in found.lines if "Gmail" in line.text] == ["warn"]
    assert found.html_size > checklist.CLIPPED_AT
    assert sum("Gmail" in each.message for each in found.findings) == 1


def test_problems_come_with_their_place_and_spare_the_advice_of_their_line() -> None:
    found = report('<p>x</p>\n{{ contact.nope }}\n<img src="https://example.org/a.png">', preheader="Soon")
    assert [(each.severity, each.line) for each in found.findings] == [("error", 2), ("warning", 3)]
    assert (found.errors, found.warnings, found.rendered) == (1, 1, None)
    assert found.lines[0].state == "bad"


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda starter: starter.name)
def test_every_shipped_template_is_in_order(starter: starters.Starter, locale: str) -> None:
    found = checklist.report(starter.source(locale=locale), schema=previewing.schema())
    assert found.findings == ()
    assert found.rendered is not None
    assert "prefers-color-scheme: dark" in found.rendered.html
    assert found.html_size < checklist.CLIPPED_AT


@pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda starter: starter.name)
def test_every_shipped_template_speaks_to_people_without_a_name(starter: starters.Starter) -> None:
    from mailhub.content import preview

    data = previewing.values(previewing.NAMELESS, user=None)
    rendered = preview.render(starter.source(), schema=previewing.schema(), data=data)
    assert " ," not in rendered.text
    assert "None" not in rendered.text


@pytest.mark.parametrize("kind", ["mjml", "html", "markdown"])
def test_an_empty_sheet_is_sound(kind: str) -> None:
    sheet: VariantSource = starters.blank(kind, locale="en")  # type: ignore[arg-type]
    assert checklist.report(sheet, schema=previewing.schema()).errors == 0

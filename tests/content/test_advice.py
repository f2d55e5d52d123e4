"""What is allowed in a letter and yet worth a second look."""

from __future__ import annotations

import pytest

from mailhub.content import advice
from tests.content.letters_at_hand import variant


def told(body: str, **options: str) -> list[tuple[str, int, int]]:
    options.setdefault("preheader", "Soon")
    return [(each.topic, each.line, each.column) for each in advice.find(variant(body, **options))]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://example.org/a.png" alt="A sun">',
        '<img src="https://example.org/a.png" alt="">',
        '<!-- <img src="http://example.org/a.png"> -->',
        '<a href="https://example.org/a?b=1#c">x</a>',
        '<a href="{{ unsubscribe_url }}">x</a><a href="{{ brand.url }}/shop">x</a>',
        '<a href="mailto:ann@example.org">x</a><a href="tel:+491">x</a><a href="#top">x</a>',
        '{{ contact.first_name | default: "there" }} {{ contact.email }}',
        "{% if contact.city %}{{ contact.city }}{% endif %}",
    ],
)
def test_a_letter_in_order_gets_no_advice(body: str) -> None:
    assert told(body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<p>\n  <img src="https://example.org/a.png"></p>', ("images", 2, 3)),
        ('<mj-image src="http://example.org/a.png" alt="x" />', ("images", 1, 16)),
        ('<a href="www.example.org">x</a>', ("links", 1, 10)),
        ('<a href="">x</a>', ("links", 1, 10)),
        ('<a href="#">x</a>', ("links", 1, 10)),
        ('<a href="javascript:alert(1)">x</a>', ("links", 1, 10)),
        ('<a href="https://example">x</a>', ("links", 1, 10)),
        ("\n{{ contact.city }}", ("values", 2, 1)),
    ],
)
def test_what_is_worth_a_look_is_told_with_its_place(body: str, found: tuple[str, int, int]) -> None:
    assert told(body) == [found]


def test_markdown_has_images_and_links_of_its_own() -> None:
    body = "![](http://example.org/a.png)\n[x](www.example.org)"
    assert told(body, kind="markdown") == [("images", 1, 1), ("images", 1, 5), ("links", 2, 5)]


def test_subject_and_preheader_are_measured() -> None:
    assert told("x", subject="a" * 61, preheader="") == [("subject", 1, 1), ("preheader", 1, 1)]
    assert told("x", preheader="a" * 120) == [("preheader", 1, 1)]


def test_broken_liquid_is_left_to_the_problems() -> None:
    assert told("{{ contact.city") == []

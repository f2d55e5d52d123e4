"""The preview: what would be sent, in light and in dark."""

from __future__ import annotations

from mailhub.content import preview
from tests.content.letters_at_hand import ANN, SCHEMA, variant

STYLED = (
    '<html><head><meta name="color-scheme" content="light dark">'
    "<style>p{color:red}@media (prefers-color-scheme: dark){p{color:white !important}}</style></head>"
    "<body><p>Hello {{ contact.first_name }}</p></body></html>"
)


def rendered() -> str:
    return preview.render(variant(STYLED), schema=SCHEMA, data=ANN).html


def test_a_preview_is_the_letter_with_plain_links() -> None:
    source = variant('<a href="https://example.org/{{ contact.city }}">x</a>')
    html = preview.render(source, schema=SCHEMA, data=ANN).html
    assert 'href="https://example.org/Riga"' in html


def test_dark_switches_the_letters_own_rules_on() -> None:
    html = preview.as_seen(rendered(), "dark")
    assert "@media (min-width: 0px)" in html
    assert "color-scheme: dark !important" in html


def test_light_switches_them_off_whatever_the_browser_says() -> None:
    html = preview.as_seen(rendered(), "light")
    assert "@media (max-width: 0px)" in html
    assert "color-scheme: only light !important" in html
    assert "prefers-color-scheme" not in html


def test_a_letter_without_rules_for_dark_stays_light() -> None:
    html = preview.as_seen("<html><head></head><body>x</body></html>", "dark")
    assert "color-scheme: only light" in html

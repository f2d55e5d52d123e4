"""Which links are tracked, and that their addresses stay exact."""

from __future__ import annotations

import pytest

from mailhub.content.engine import fill
from tests.content.letters_at_hand import program, render, render_marked


def templates(body: str, **options: object) -> list[str]:
    return [link.template for link in program(body, **options).links]


@pytest.mark.parametrize(
    ("href", "template"),
    [
        ("https://x.test/a?b=1&amp;c=2#d", "https://x.test/a?b=1&c=2#d"),
        ("https://x.test/a?b=1&copy=2", "https://x.test/a?b=1&copy=2"),
        (
            "https://x.test/[a](b){c}|%20%C3%A9+é中?q=ü&amp;amp;",
            "https://x.test/[a](b){c}|%20%C3%A9+é中?q=ü&amp;",
        ),
        ("HTTP://X.test", "HTTP://X.test"),
        (" https://x.test/a ", "https://x.test/a"),
        ("https://x.test/a?u=https://y.test/#/b/c?d", "https://x.test/a?u=https://y.test/#/b/c?d"),
        ("https://x.test/{{ contact.email }}/b", "https://x.test/{{ contact.email }}/b"),
        ("https://x.test/?e={{contact.email | url_encode}}", "https://x.test/?e={{ contact.email }}"),
        (
            "https://x.test/?e={{ contact.city | default: 'a' }}",
            "https://x.test/?e={{ contact.city | default: 'a' }}",
        ),
        ("https://x.test#{{ contact.city }}", "https://x.test#{{ contact.city }}"),
    ],
)
def test_addresses_are_kept_byte_exact(href: str, template: str) -> None:
    assert templates(f'<a class="a" href="{href}" target=_blank>x</a>') == [template]


@pytest.mark.parametrize(
    "href",
    [
        "{{ unsubscribe_url }}", "{{ preferences_url }}", "{{ view_url }}", "{{ unsubscribe_url }}#top",
        "mailto:bo@example.org", "mailto:bo@example.org?subject={{ contact.city }}", "tel:+3716", "sms:+3716",
        "#anchor", "data:text/plain,x", "", "/relative", "{{ brand.url }}/shop",
    ],
)  # fmt: skip
def test_what_is_no_web_address_of_the_author_is_never_wrapped(href: str) -> None:
    body = f'<a href="{href}">x</a>'
    assert templates(body, utm={"utm_source": "n"}) == []
    assert "LINK" not in render_marked(body).html


def test_the_brands_address_is_tracked_when_it_is_told() -> None:
    body = '<a href="{{ brand.url }}/shop?who={{ contact.email }}">x</a><a href="{{ brand.url }}">y</a>'
    found = templates(body, brand_url="https://tea.example.org/")
    assert found == ["https://tea.example.org/shop?who={{ contact.email }}", "https://tea.example.org"]


def test_values_travel_apart_and_are_url_encoded_when_filled_in() -> None:
    body = '<a href="https://x.test/{{ contact.email }}?t={{ contact.tags | last }}#{{ contact.city }}">x</a>'
    marked = render_marked(body)
    assert 'href="LINK-1(ann+tea@example.org|a/b c|Riga)"' in marked.html
    assert 'href="https://x.test/ann%2Btea%40example.org?t=a%2Fb%20c#Riga"' in render(body).html


def test_a_value_cannot_leave_its_place() -> None:
    template = "https://x.test/{{ a }}?b={{ c }}"
    assert (
        fill(template, ["../?&#", "é\r\n{{ a }}"])
        == "https://x.test/..%2F%3F%26%23?b=%C3%A9%0D%0A%7B%7B%20a%20%7D%7D"
    )


def test_a_missing_value_is_empty() -> None:
    assert fill("https://x.test/{{ a }}/{{ b }}", ["1"]) == "https://x.test/1/"


def test_links_in_loops_get_their_values_there() -> None:
    body = "{% for o in contact.orders %}<a href='https://x.test/{{ o.id }}'>x</a>{% endfor %}"
    html = render_marked(body).html
    assert 'href="LINK-1(1)"' in html
    assert 'href="LINK-1(2)"' in html


def test_a_condition_in_an_address_gives_whole_links() -> None:
    body = (
        '<a href="https://x.test/{% if contact.points > 5 %}gold{% elsif contact.city %}s/{{ contact.city }}'
        '{% endif %}?a=1">x</a>'
    )
    assert templates(body) == ["https://x.test/gold?a=1", "https://x.test/s/{{ contact.city }}?a=1"]
    assert 'href="LINK-1()"' in render_marked(body).html


def test_a_condition_around_whole_addresses_may_mix_system_pages_and_the_web() -> None:
    body = '<a href="{% if contact.city %}https://x.test/{% else %}{{ view_url }}{% endif %}">x</a>'
    assert templates(body) == ["https://x.test/"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.test/a", "https://x.test/a?utm_source=news%20letter&utm_medium=email"),
        ("https://x.test/a?b=1#c", "https://x.test/a?b=1&utm_source=news%20letter&utm_medium=email#c"),
        ("https://x.test/?utm_source=own", "https://x.test/?utm_source=own&utm_medium=email"),
        ("https://x.test/?utm%5Fsource=&utm_medium", "https://x.test/?utm%5Fsource=&utm_medium"),
        ("https://x.test/?", "https://x.test/?utm_source=news%20letter&utm_medium=email"),
        (
            "https://x.test/?a={{ contact.city | default: '#' }}",
            "https://x.test/?a={{ contact.city | default: '#' }}&utm_source=news%20letter&utm_medium=email",
        ),
    ],
)  # fmt: skip
def test_utm_parameters_are_added_before_the_fragment_and_never_overwrite(
    address: str, expected: str
) -> None:
    utm = {"utm_source": "news letter", "utm_medium": "email", "utm_term": ""}
    assert templates(f'<a href="{address}">x</a>', utm=utm) == [expected]


def test_areas_and_outlooks_buttons_are_tracked_too() -> None:
    body = (
        '<map><area href="https://x.test/area"></map><!--[if mso]><v:roundrect href="https://x.test/mso" '
        "fill='t'></v:roundrect><![endif]-->"
    )
    assert templates(body) == ["https://x.test/area", "https://x.test/mso"]


def test_other_attributes_are_left_alone() -> None:
    body = '<a data-href="https://x.test/no" href="#" title="a href=\'https://x.test/no\'">x</a><link href="https://x.test/no">'
    assert templates(body) == []


def test_links_of_the_text_part_are_tracked_and_not_escaped() -> None:
    body = '<a href="https://x.test/?a=1&amp;b=2">Go</a>'
    assert "Go: LINK-1()" in render_marked(body).text
    assert "Go: https://x.test/?a=1&b=2\n" in render(body).text
    own = render_marked(
        body, text="(see https://x.test/?a=1&b=2). Or https://y.test/{{ contact.city }}!"
    ).text
    assert own.startswith("(see LINK-1()). Or LINK-2(Riga)!")

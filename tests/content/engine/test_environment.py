"""The sandbox: limits, plain data, our own filters."""

from __future__ import annotations

import pytest

from mailhub.content.engine.environment import PLAIN
from mailhub.content.problems import RenderError
from tests.content.letters_at_hand import ANN, render


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1250, "EUR", "12.50 EUR"),
        (1250, "jpy", "1,250 JPY"),
        (-5, "USD", "-0.05 USD"),
        (1, "KWD", "0.001 KWD"),
    ],
)
def test_money_turns_minor_units_to_an_amount(amount: int, currency: str, expected: str) -> None:
    assert PLAIN.from_string(f'{{{{ a | money: "{currency}" }}}}').render(a=amount) == expected


def test_money_of_nothing_is_nothing() -> None:
    assert PLAIN.from_string('{{ a | money: "EUR" }}').render(a=None) == ""


@pytest.mark.parametrize(
    "body",
    [
        "{% for a in (1..200) %}{% for b in (1..200) %}x{% endfor %}{% endfor %}",
        "{{ (1..999999999) | join }}",
        '{% assign x = "aaaaaaaaaa" %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}',
        "{{ 'aaaaaaaaaaaaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaaaaaaaaaaaa'" * 9 + " }}",
        '{% for i in (1..9999) %}{{ "' + "x" * 500 + '" }}{% endfor %}',
    ],
)
def test_a_greedy_letter_is_stopped(body: str) -> None:
    with pytest.raises(RenderError):
        render(body)


def test_data_are_plain_no_attribute_can_be_walked_to() -> None:
    class Secret:
        password = "hunter2"

        def __str__(self) -> str:
            return "somebody"

    data = {**ANN, "contact": {"city": Secret(), "orders": [Secret()]}}
    rendered = render(
        "<p>{% for o in contact.orders %}[{{ o.password }}{{ o['__class__'] }}]{{ o }}{% endfor %}</p>",
        data=data,
    )
    assert "<p>[]somebody</p>" in rendered.html


def test_values_are_escaped_in_html_and_not_in_text_or_subject() -> None:
    data = {**ANN, "contact": {"first_name": "<b>&\"'"}}
    rendered = render("<p>{{ contact.first_name }}</p>", subject="{{ contact.first_name }}", data=data)
    assert "<p>&lt;b&gt;&amp;&#34;&#39;</p>" in rendered.html
    assert rendered.text.startswith("<b>&\"'\n")
    assert rendered.subject == "<b>&\"'"


def test_values_are_never_liquid_themselves() -> None:
    data = {**ANN, "contact": {"first_name": "{{ postal_address }}"}}
    rendered = render("<p>{{ contact.first_name }}</p>", subject="{{ contact.first_name }}", data=data)
    assert rendered.subject == "{{ postal_address }}"
    assert "<p>{{ postal_address }}</p>" in rendered.html

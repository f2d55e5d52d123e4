"""Encoded letters against the rendered ones: the same words, whatever the template and the data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.content.engine import Link, Plan, Program, Sheet, Slot, fill, parts
from mailhub.content.problems import RenderError
from mailhub.lib import quoted_printable

SPACE = "a. <&'\"=\t\n\ré中🎉\u202e\u200f\x01\x00\u2028\xa0"
texts = st.text(st.sampled_from(SPACE), max_size=12)
words = st.sampled_from(
    ["Ann", "王小明", "x" * 200, "ab " * 60, "  two  blanks ", "<b>bold</b>", "From me", "."]
)
values = st.none() | st.booleans() | st.integers(-5, 5) | texts | words
people = st.fixed_dictionaries(
    {"contact": st.fixed_dictionaries({"name": values, "points": values}) | st.just({}), "flag": values}
)
FILTERS = [
    'default: "friend"',
    'default: "<é>"',
    "upcase",
    "downcase",
    "capitalize",
    "escape",
    "strip",
    "size",
]
FILTERS += ["newline_to_br", 'append: " "', 'prepend: "  "', "url_decode", 'money: "EUR"', 'date: "%Y"']
FILTERS += ["strip_newlines", "truncate: 5", "times: 2", 'split: ","', "rstrip", "lstrip", "url_encode"]
paths = st.sampled_from(["contact.name", "contact.points", "contact", "flag", "brand.name", "page", "gone.x"])
outputs = st.builds(
    lambda path, filters: "{{ " + " | ".join([path, *filters]) + " }}",
    paths,
    st.lists(st.sampled_from(FILTERS), max_size=3),
)
literals = st.text(st.sampled_from("a. <>&=\t\né中🎉\x1a\x1c\x1d\x1e"), max_size=12) | st.sampled_from(
    ["y" * 90, " " * 9, "z" * 76]
)
links = st.sampled_from(
    ["{% _link [1] %}", '{% _link [2, "contact.name"] %}', "{% _pixel %}", "{{ subject }}", "{{ preheader }}"]
)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(
            "{{% if {} %}}{}{{% elsif flag %}}{}{{% else %}}.{}{{% endif %}}".format,
            paths,
            inner,
            inner,
            inner,
        ),
        st.builds("{{% unless contact.points > 1 %}}{}{{% endunless %}}".format, inner),
        st.builds("{{% for i in (1..2) %}}{}{{{{ i }}}}{{% endfor %}}".format, inner),
        st.builds("{}{}".format, inner, inner),
    )


sources = st.recursive(literals | outputs | links, blocks, max_leaves=8)
TABLE = (
    Link(1, "https://shop.example.org/a?b=c&d='e'"),
    Link(2, "https://shop.example.org/{{ contact.name }}"),
)
SHARED = {"brand": {"name": "Tea & Co"}}
TOKENS = {"p": "tok-en_1", "c": "tok-en_2", "o": "tok-en_3"}
PLAN = Plan(
    values=SHARED,
    texts={"page": ("https://mail.example.org/p?a='b'&t=", Slot(0))},
    links={1: ("https://mail.example.org/c/", Slot(1), ".1")},
    pixel=("https://mail.example.org/o/", Slot(2), ".gif"),
)
SLOTS = [quoted_printable.word(token) for token in TOKENS.values()]
PIXEL_URL = f"https://mail.example.org/o/{TOKENS['o']}.gif"


def link(asked: Link, given: tuple[str, ...]) -> str:
    return f"https://mail.example.org/c/{TOKENS['c']}.1" if asked.number == 1 else fill(asked.template, given)


def make_program(
    *, subject: str = "", preheader: str = "", html: str = "", text: str = "", **more: Any
) -> Program:
    return Program(
        locale="en",
        subject=parts.compile_part(subject, markup=False),
        preheader=parts.compile_part(preheader, markup=False),
        html=parts.compile_part(html, markup=True),
        text=parts.compile_part(text, markup=False),
        links=TABLE,
        **more,
    )


def data_of(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, **SHARED, "page": f"https://mail.example.org/p?a='b'&t={TOKENS['p']}"}


def written(program: Program, person: dict[str, Any]) -> tuple[str, str, str] | None:
    """Subject, text and HTML of the encoded letter; None when it is refused."""
    try:
        made = Sheet(program, PLAN, slots=3).write(data_of(person), SLOTS, link=link, pixel_url=PIXEL_URL)
    except RenderError:
        return None
    for chunks in (made.text, made.html):
        assert all(len(line) <= 76 for line in b"".join(chunks).split(b"\r\n"))
        assert b"".join(chunks).isascii()
    text, html = (quoted_printable.decode(b"".join(chunks)) for chunks in (made.text, made.html))
    return made.subject, text, html


def rendered(program: Program, person: dict[str, Any]) -> tuple[str, str, str] | None:
    try:
        letter = program.render(data_of(person), link=link, pixel_url=PIXEL_URL)
    except RenderError:
        return None
    return letter.subject, one_line_end(letter.text), one_line_end(letter.html)


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=150, deadline=None)
@given(subject=sources, preheader=outputs, html=sources, text=sources, person=people, tidy=st.booleans())
def test_an_encoded_letter_says_what_the_rendered_one_says(
    subject: str, preheader: str, html: str, text: str, person: dict[str, Any], tidy: bool
) -> None:
    program = make_program(subject=subject, preheader=preheader, html=html, text=text, tidy_text=tidy)
    assert written(program, person) == rendered(program, person)


def test_values_are_escaped_in_html_and_not_in_text() -> None:
    program = make_program(html="<p>{{ contact.name }}</p>", text="{{ contact.name }}")
    person = {"contact": {"name": "<b>Ann</b> & 'Bo'"}}
    assert written(program, person) == (
        "",
        "<b>Ann</b> & 'Bo'",
        "<p>&lt;b&gt;Ann&lt;/b&gt; &amp; &#39;Bo&#39;</p>",
    )


def test_only_what_is_personal_is_made_anew() -> None:
    program = make_program(
        html="<p>Dear {{ contact.name }}, {{ brand.name }} {% _link [1] %}</p>", text="{{ page }}"
    )
    sheet = Sheet(program, PLAN, slots=3)
    ann, bo = (
        sheet.write(data_of({"contact": {"name": name}}), SLOTS, link=link, pixel_url=None)
        for name in ("Ann", "Bo")
    )
    assert [one is other for one, other in zip(ann.html, bo.html, strict=True)] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert all(one is other for one, other in zip(ann.text, bo.text, strict=True))


def test_runs_of_blanks_have_their_relaxed_form_ready() -> None:
    sheet = Sheet(make_program(html="<p>\n    Two  blanks\tand a TAB</p>\n"), PLAN, slots=3)
    assert sheet.relaxed == {
        b"<p>\r\n    Two  blanks\tand a TAB</p>\r\n": b"<p>\r\n Two blanks and a TAB</p>\r\n"
    }


@pytest.mark.parametrize("part", ["html", "text"])
def test_half_a_character_is_that_persons_failure(part: str) -> None:
    program = make_program(**{"html": "<p>x</p>", part: "{{ contact.name }}"})
    sheet = Sheet(program, PLAN, slots=3)
    with pytest.raises(RenderError, match="half a character"):
        sheet.write({"contact": {"name": "\ud83d"}}, SLOTS, link=link)


def test_conditions_deep_within_each_other_are_written_too() -> None:
    source = "{% if flag %}<" * 25 + "{{ contact.name }}" + ">{% endif %}" * 25
    program = make_program(html=source)
    person = {"flag": True, "contact": {"name": "Ann"}}
    assert written(program, person) == rendered(program, person)


MARKS = "\x1a\x1c\x1d\x1e"
untidy = st.text(st.sampled_from("ab. \n" + MARKS * 2), max_size=14) | st.sampled_from(
    [
        "\x1eWords of a line\x1cand another\x1e",
        "\x1c\x1dcell\x1dcell\x1c",
        "\x1a\x1c\x1a\x1e",
        "\x1e \x1d\x1e",
    ]
)
pieces = st.one_of(
    untidy, untidy, st.just("{{ contact.name }}"), st.just("{% if flag %}\x1eyes\x1cno\x1e{% endif %}")
)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(pieces, max_size=8).map("".join), person=people)
def test_a_text_in_order_is_the_same_with_its_fixed_lines_made_once(
    text: str, person: dict[str, Any]
) -> None:
    program = make_program(html="<p>x</p>", text=text, tidy_text=True)
    assert written(program, person) == rendered(program, person)


def test_whole_lines_of_a_fixed_text_are_made_once() -> None:
    program = make_program(html="<p>x</p>", text="Hi {{ contact.name }}\x1eOne\x1cTwo\x1e.", tidy_text=True)
    sheet = Sheet(program, PLAN, slots=3)
    ann, bo = (sheet.write({"contact": {"name": name}}, SLOTS, link=link).text for name in ("Ann", "Bo"))
    assert ann[1] is bo[1]
    assert ann[1] == b"One\r\nTwo=\r\n"

"""What a provider fills in gives the same letter that rendering gives."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.content.engine import merge, parts
from mailhub.content.engine.links import Link, fill
from mailhub.content.engine.program import Program
from mailhub.content.problems import RenderError
from tests.content.engine.test_parts import data, sources
from tests.content.letters_at_hand import ANN, SIGNED_OFF, program

LINKS = (Link(1, "https://x.test/a"), Link(2, "https://x.test/{{ contact.name }}"))
SPECIAL = st.sampled_from(
    ["{% _link [1] %}", '{% _link [2, "contact.name"] %}', "{% _pixel %}", "{{ subject }}", "{{ preheader }}"]
)
written = st.builds("".join, st.lists(sources | SPECIAL, max_size=5))
PIXEL = "https://mail.test/o/1.gif"


def _filled(whole: Program, values: dict[str, Any], pixel_url: str | None) -> None:
    """The letter by marks and values is the letter that was rendered."""
    rendered = whole.render(values, link=_link, pixel_url=pixel_url)
    outline = merge.outline(whole)
    own = merge.values(whole, outline.holes, values, rendered=rendered, link=_link, pixel_url=pixel_url)
    assert len(own) == len(outline.holes)
    for part in ("subject", "html", "text"):
        assert outline.written(getattr(outline, part), own.__getitem__) == getattr(rendered, part)


def _link(link: Link, values: tuple[str, ...]) -> str:
    return fill(link.template, values)


@settings(max_examples=300, deadline=None)
@given(
    subject=sources,
    preheader=sources,
    html=written,
    text=written,
    tidy=st.booleans(),
    values=data,
    pixel_url=st.none() | st.just(PIXEL),
)
def test_a_template_with_a_persons_values_is_the_rendered_letter(
    subject: str,
    preheader: str,
    html: str,
    text: str,
    tidy: bool,
    values: dict[str, Any],
    pixel_url: str | None,
) -> None:
    whole = Program(
        locale="en",
        subject=parts.compile_part(subject, markup=False),
        preheader=parts.compile_part(preheader, markup=False),
        html=parts.compile_part(html, markup=True),
        text=parts.compile_part(text, markup=False),
        links=LINKS,
        tidy_text=tidy,
    )
    # Data that cannot be written are refused by both in the same way.
    with suppress(RenderError):
        _filled(whole, values, pixel_url)


def test_a_whole_letter_fills_for_each_person() -> None:
    whole = program(
        "<p>Hi {{ contact.first_name }}</p>{% if contact.points > 5 %}<b>Gold</b>{% endif %}"
        "<a href='https://x.test/{{ contact.email }}'>x</a>" + SIGNED_OFF,
        subject="For {{ contact.first_name }}",
    )
    bo = {**ANN, "contact": {**ANN["contact"], "first_name": "<Bo>", "points": 1}}
    for person in (ANN, bo):
        _filled(whole, person, PIXEL)


def test_what_stands_twice_is_one_value() -> None:
    whole = program("<p>{{ contact.city }} {{ contact.city }}</p>" + SIGNED_OFF)
    holes = merge.outline(whole).holes
    assert sum(getattr(hole, "path", ()) == ("contact", "city") for hole in holes) <= 2


def test_a_letter_for_everybody_has_no_hole_in_its_subject() -> None:
    assert merge.outline(program(SIGNED_OFF, subject="  News  ")).subject == ("News",)

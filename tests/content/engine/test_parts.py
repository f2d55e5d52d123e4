"""Compiled parts against the plain engine."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.content.engine import nodes, parts
from mailhub.content.engine.environment import HTML, PLAIN
from mailhub.content.engine.frame import Frame
from mailhub.content.engine.nodes import Condition, Hole, Liquid, Literal
from mailhub.content.problems import RenderError

PATHS = ["contact.name", "contact.city", "contact.points", "contact.none", "flag", "contact", "n.m", "words"]
ATOMS = [
    *PATHS,
    '"Riga"',
    '"a"',
    "3",
    "-1",
    "2.5",
    "true",
    "false",
    "nil",
    "empty",
    "blank",
    "words.size",
    "(1..2)",
]
FILTERS = [
    'default: "friend"', "upcase", "capitalize", "size", "escape", 'append: "<x>"', "prepend: contact.city",
    'replace: "a", "b"', "truncate: 3", "plus: 1", 'money: "EUR"', "newline_to_br", "strip", 'join: ", "',
    "first", 'default: "x", allow_false: true', "url_encode", "date: '%Y'",
]  # fmt: skip
texts = st.text(st.sampled_from("ab<&\"' \n\té中"), max_size=6)
paths = st.sampled_from(PATHS)
expressions = st.builds(
    lambda path, filters: " | ".join([path, *filters]),
    st.sampled_from(ATOMS),
    st.lists(st.sampled_from(FILTERS), max_size=2),
)
tests = st.builds(
    lambda left, operator, right: f"{left} {operator} {right}",
    st.sampled_from(ATOMS),
    st.sampled_from(["==", "!=", "<", ">", "<=", ">=", "contains", "<>"]),
    st.sampled_from(ATOMS),
) | st.sampled_from(ATOMS)
conditions = st.builds(" ".join, st.tuples(tests)) | st.builds(
    lambda left, joint, right: f"{left} {joint} {right}", tests, st.sampled_from(["and", "or"]), tests
)
outputs = st.builds(
    lambda left, expression, right: f"{{{{{left} {expression} {right}}}}}",
    st.sampled_from(["", "-"]),
    expressions,
    st.sampled_from(["", "-"]),
)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(
            "{{% if {} %}}{}{{% elsif {} %}}{}{{% else %}}{}{{% endif %}}".format,
            conditions,
            inner,
            conditions,
            inner,
            inner,
        ),
        st.builds("{{% unless {} -%}}{}{{%- endunless %}}".format, conditions, inner),
        st.builds("{{% for w in words %}}{}{{{{ w }}}}{{% endfor %}}".format, inner),
        st.builds(
            "{{% case contact.city %}}{{% when 'Riga' %}}{}{{% else %}}{}{{% endcase %}}".format, inner, inner
        ),
        st.builds("{{% assign n = {} %}}{}{{{{ n }}}}".format, expressions, inner),
        st.builds("{{% capture c %}}{}{{% endcapture %}}{{{{ c }}}}".format, inner),
        st.just("{% increment k %}"),
        st.just("{% cycle 'a', 'b' %}"),
        st.just("{% comment %} {{ x }} {% if a %} {% endcomment %}"),
        st.just("{% raw %}{{ raw }}{% endraw %}"),
        st.builds("{}{}".format, inner, inner),
    )


sources = st.recursive(texts | outputs, blocks, max_leaves=8)
values = st.none() | st.booleans() | st.integers(-5, 5) | texts
data = st.fixed_dictionaries(
    {
        "contact": st.fixed_dictionaries(
            {"name": values, "city": values | st.just("Riga"), "points": values}
        ),
        "flag": values,
        "n": st.none() | st.fixed_dictionaries({"m": values}),
        "words": st.lists(texts, max_size=3),
    }
)


def compiled(source: str, values: dict[str, Any], *, markup: bool) -> str:
    stored = nodes.dump(parts.compile_part(source, markup=markup))
    frame = Frame(values, {}, lambda link, given: "")
    return "".join(node.render(frame) for node in nodes.load(stored, markup=markup))


@settings(max_examples=400, deadline=None)
@given(source=sources, values=data, markup=st.booleans())
def test_a_compiled_part_says_what_the_engine_says_of_the_whole(
    source: str, values: dict[str, Any], markup: bool
) -> None:
    source += "."  # the engine trims a last line end in its own way
    template = (HTML if markup else PLAIN).from_string(source)
    try:
        expected = template.render(values)
    except Exception:
        # A blank block is not judged at all, so we may succeed; if we fail it is by a sentence.
        with suppress(RenderError):
            compiled(source, values, markup=markup)
    else:
        assert compiled(source, values, markup=markup) == expected


@pytest.mark.parametrize("markup", [True, False])
@pytest.mark.parametrize("value", [None, "", "a", "<", "&\"'\n", 3, True])
def test_every_pair_of_filters_does_what_the_engine_does(value: Any, markup: bool) -> None:
    # A letter's own texts in a filter are its author's markup, and what was escaped is not escaped again.
    environment = HTML if markup else PLAIN
    for first, second in itertools.product(FILTERS, repeat=2):
        source = f"{{{{ contact.name | {first} | {second} }}}}."
        values = {"contact": {"name": value, "city": "Riga"}}
        try:
            expected = environment.from_string(source).render(values)
        except Exception:
            continue
        assert compiled(source, values, markup=markup) == expected, source


def test_simple_outputs_and_conditions_are_data() -> None:
    (literal, hole, condition) = parts.compile_part(
        'Hi {{ a.b | default: "x" }}{% if a.b == "y" %}1{% endif %}', markup=True
    )
    assert isinstance(literal, Literal)
    assert isinstance(hole, Hole)
    assert isinstance(condition, Condition)


def test_what_is_not_simple_stays_with_the_engine_for_that_node_only() -> None:
    found = parts.compile_part("a{% for w in words %}{{ w }}{% endfor %}b{{ c }}", markup=True)
    assert [type(node) for node in found] == [Literal, Liquid, Literal, Hole]


def test_from_the_first_shared_state_on_the_engine_has_the_part() -> None:
    found = parts.compile_part("a{{ b }}{% assign x = 1 %}c{{ x }}", markup=True)
    assert [type(node) for node in found] == [Literal, Hole, Liquid]


def test_a_filter_that_fails_is_a_sentence_about_this_person() -> None:
    with pytest.raises(RenderError, match=r"contact\.points"):
        compiled("{{ contact.points | divided_by: 0 }}", {"contact": {"points": 1}}, markup=True)

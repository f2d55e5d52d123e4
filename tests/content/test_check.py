"""What authors are told of their mistakes, and where."""

from __future__ import annotations

import pytest
from django.utils import translation

from mailhub.content import check
from mailhub.content.problems import LetterError
from mailhub.content.variants import Kind
from tests.content.letters_at_hand import SCHEMA, variant


def problems(body: str, *, kind: Kind = "html", **parts: str) -> list[str]:
    return [str(problem) for problem in check.check(variant(body, kind=kind, **parts), SCHEMA)]


def test_an_unknown_name_is_told_with_line_column_and_the_nearest_name() -> None:
    assert problems("<p>\n\n  <b>Hello</b> {{ contact.frist_name }}") == [
        "body, line 3, column 19: There is no “contact.frist_name”; did you mean “contact.first_name”?"
    ]


def test_an_unknown_filter_is_told_with_line_and_column() -> None:
    assert problems("a\n{{ contact.city | upcas }}") == [
        "body, line 2, column 19: There is no filter “upcas”; did you mean “upcase”?"
    ]


def test_every_part_is_checked_and_all_problems_are_told() -> None:
    found = problems("{{ a }}{{ b | c }}", subject="{{ s }}", preheader="{{ p }}", text="{{ t }}")
    assert [line.partition(":")[0] for line in found] == [
        "subject, line 1, column 4",
        "preheader, line 1, column 4",
        "body, line 1, column 4",
        "body, line 1, column 11",
        "body, line 1, column 15",
        "text, line 1, column 4",
    ]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("x\n {% if contact.city %}y", "line 2, column 2: “if” is never closed"),
        ("{% if contact.city %}{% endfor %}{% endif %}", "line 1, column 22: “endfor” closes nothing"),
        ("a {{ contact.city", "line 1, column 3: “{{” is never closed"),
        ("a {% if", "line 1, column 3: “{%” is never closed"),
        ("{{ contact.city | }}", "line 1, column "),
        ("\n{% for x in %}{% endfor %}", "line 2, column "),
        ("{% iff contact.city %}", "line 1, column 1: There is no tag “iff”; did you mean “if”?"),
        ("{% include 'x' %}", "line 1, column 1: There is no tag “include”"),
        ("{% render 'x' %}", "line 1, column 1: There is no tag “render”"),
        ("{% _link [1] %}", "line 1, column 1: There is no tag “_link”"),
        ("<p>{% break %}", "line 1, column 4: “break” stands in no loop"),
        ("{% else %}", "line 1, column 1: “else” belongs to no block"),
        ("{% %}", "line 1, column 1: This tag has no name"),
        ("{{ contact.city | truncate: 1, 2, 3 }}", "line 1, column 19: The filter “truncate” does not take"),
        ("{{ contact.city | safe }}", "line 1, column 19: There is no filter “safe”"),
        ("   ", "line 1, column 1: The body is empty"),
    ],
)
def test_mistakes_of_syntax_have_a_place(body: str, where: str) -> None:
    (told,) = problems(body)
    assert where in told


def test_deep_nesting_is_told_at_the_place_of_a_tag_and_not_as_a_crash() -> None:
    (told,) = problems("{% if contact.city %}" * 40 + "{% endif %}" * 40)
    assert told.startswith("body, line 1, column ")


def test_names_made_in_the_letter_are_known() -> None:
    assert not problems(
        "{% assign a = contact.city %}{{ a }}{% capture b %}x{% endcapture %}{{ b }}"
        "{% for order in contact.orders %}{{ order.id }}{{ forloop.index }}{% endfor %}"
    )


def test_a_name_used_before_it_is_made_is_unknown() -> None:
    assert problems("{{ a }}{% assign a = 1 %}")


def test_known_but_empty_values_are_no_problem() -> None:
    assert not problems(
        '{{ contact.custom.shoe | default: "42" }} {{ contact["city"] }} {{ contact.tags.size }}'
    )


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("{{ contact }}", 4),
        ("{{ contact | upcase }}", 4),
        ("{{ contact.custom }}", 4),
        ("{% assign c = brand %}", 15),
        ("{% for part in list %}{% endfor %}", 16),
        ("{{ contact.city | append: brand }}", 27),
        ("{{ contact[contact.city] }}", 4),
    ],
)
def test_a_group_of_values_is_no_value(body: str, column: int) -> None:
    (told,) = problems(f"a\n{body}")
    assert told.startswith(f"body, line 2, column {column}: ")
    assert "value" in told


def test_the_subject_cannot_use_itself() -> None:
    assert problems("x", subject="{{ subject }}")
    assert not problems("{{ subject }} {{ preheader }}")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (
            "<mjml><mj-body>\n <mj-foo/></mj-body></mjml>",
            "line 2, column 2: There is no MJML element “mj-foo”",
        ),
        ("<mjml>\n<mj-body>\n</mjml>", "line 3, column 3: MJML cannot be read here: mismatched tag"),
        ("<p>x</p>", "line 1, column 1: MJML begins with “mjml”"),
        (
            '<mjml><mj-body>\n<mj-include path="file:///etc/passwd"/></mj-body></mjml>',
            "line 2, column 1: “mj-include” is not allowed",
        ),
        (
            "<mjml><mj-body>\n<mj-section {% if contact.city %}padding='0'{% endif %}></mj-section>"
            "</mj-body></mjml>",
            "line 2, column 13: ",
        ),
        (
            "<mjml><mj-body><mj-section><mj-column><mj-text>{{ contact.cty }}</mj-text>"
            "</mj-column></mj-section></mj-body></mjml>",
            "line 1, column 51: There is no “contact.cty”",
        ),
        ("<mjml></mjml>", "line 1, column 1: MJML needs “mj-body”"),
        (
            "<mjml><mj-body><mj-section>\n<mj-text>x</mj-text></mj-section></mj-body></mjml>",
            "line 2, column 1: “mj-text” cannot stand directly in “mj-section”; it belongs in “mj-column”",
        ),
        (
            "<mjml><mj-body><mj-section>\n Hello</mj-section></mj-body></mjml>",
            "line 2, column 2: Words cannot stand directly in “mj-section”",
        ),
        (
            "<mjml><mj-body><mj-section>\n {{ contact.city }}</mj-section></mj-body></mjml>",
            "line 2, column 2: Words cannot stand directly in “mj-section”",
        ),
        (
            "<mjml><mj-body><mj-section><mj-column><mj-text>\n 1 < 2 </mj-text></mj-column></mj-section>"
            "</mj-body></mjml>",
            "line 2, column 4: MJML wants “&lt;”",
        ),
        (
            "<mjml><mj-body><mj-section><mj-column><mj-text>a</mj-text>\n<mj-text>a <b id=c <i></i></b></mj-text>"
            "</mj-column></mj-section></mj-body></mjml>",
            "line 2, column ",
        ),
    ],
)
def test_mistakes_in_mjml_have_a_place(body: str, where: str) -> None:
    assert where in problems(body, kind="mjml")[0]


def test_an_mjml_element_among_words_is_told_with_its_place() -> None:
    body = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>\na <mj-image src='x.png' /></mj-text>"
        "</mj-column></mj-section></mj-body></mjml>"
    )
    assert problems(body, kind="mjml") == [
        "body, line 2, column 3: “mj-image” cannot stand within “mj-text”; put it before or after."
    ]


def test_an_element_that_is_never_closed_in_an_mjml_text_is_told_with_its_place() -> None:
    body = "<mjml><mj-body><mj-section><mj-column><mj-text>\na <b>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    assert "body, line 2, column 3: “b” is never closed, so MJML cannot be read." in problems(
        body, kind="mjml"
    )


def test_mjml_with_liquid_and_html_in_its_texts_is_sound() -> None:
    body = (
        "<mjml><mj-body><mj-section>{% if contact.city < 'x' %}<mj-column>"
        '<mj-text color="{{ contact.city }}">a<br>&nbsp;{% if contact.points > 3 %}<b>x</b>{% endif %}</mj-text>'
        "</mj-column>{% endif %}</mj-section></mj-body></mjml>"
    )
    assert not problems(body, kind="mjml")


@pytest.mark.parametrize(
    ("href", "told"),
    [
        ("{{ contact.city }}", "cannot be the scheme and host"),
        ("{{ contact.city }}://example.org/", "cannot be the scheme and host"),
        ("https://{{ contact.city }}.example.org/", "cannot be the host"),
        ("https://example.org{{ contact.city }}", "cannot be the host"),
        ("https://ann@{{ contact.city }}/", "cannot be the host"),
        ("https://example.org:{{ contact.points }}/", "cannot be the host"),
        ("https://example.org/{% for t in contact.tags %}x{% endfor %}", "“for” cannot stand in the address"),
    ],
)
def test_values_stand_only_where_values_belong_in_an_address(href: str, told: str) -> None:
    (problem,) = problems(f'<p>\n<a href="{href}">x</a>')
    assert problem.startswith(f"body, line 2, column {10 + href.index('{')}")
    assert told in problem


def test_addresses_in_an_authors_own_text_part_are_checked_too() -> None:
    (problem,) = problems("x", text="see\nhttps://{{ contact.city }}.example.org/")
    assert problem.startswith("text, line 2, column 9: ")


def test_liquid_tags_in_a_style_sheet_are_refused() -> None:
    assert "style sheet" in problems("<style>{% if contact.city %}p{color:red}{% endif %}</style>")[0]


def test_a_block_that_the_layout_would_tear_apart_is_told() -> None:
    torn = '<p title="{% if contact.city %}">x</p>{% endif %}'
    assert "begins and ends in different elements" in problems(torn)[0]


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        ("html", "<div>{% if contact.city %}<p></div><div>{% endif %}</p></div>", "column 6: “{% if"),
        ("html", "<p>{% if contact.city %}<b>{% endif %}x</b></p>", "column 4: “{% if"),
        ("html", "<ul>{% for t in contact.tags %}<li>{{ t }}{% endfor %}</ul>", "column 5: “{% for"),
        ("html", "<p>{% if contact.city %}a{% else %}<i>{% endif %}b</i></p>", "column 4: “{% if"),
        (
            "html",
            "<table>{% for t in contact.tags %}{{ t }}{% endfor %}</table>",
            "column 35: The layout moves",
        ),
        ("html", "<table>{% if contact.city %}x{% endif %}</table>", "column 8: The layout has no place"),
        ("html", "<table>{% if contact.city %}<img>{% endif %}</table>", "column 8: The layout has no place"),
        (
            "html",
            "<p {% if contact.city %} id='a' {% else %} id='b' {% endif %}>x</p>",
            "column 4: The attribute “id”",
        ),
        ("markdown", "{% for t in contact.tags %}- {{ t }}\n{% endfor %}", "column 1: “{% for"),
        (
            "markdown",
            "|a|b|\n|-|-|\n{% for t in contact.tags %}| {{ t }} | 1 |\n{% endfor %}",
            "line 3, column 1: ",
        ),
        ("mjml", "<mj-text>{% if contact.city %}<b>{% endif %}x</b></mj-text>", "column 48: “{% if"),
    ],
)
def test_a_block_that_the_layout_tears_apart_is_told_with_its_place(kind: Kind, body: str, told: str) -> None:
    if kind == "mjml":
        body = f"<mjml><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"
    (problem,) = problems(body, kind=kind)
    assert told in problem


@pytest.mark.parametrize(
    "body",
    [
        "<table>{% for t in contact.tags %}<tr><td>{{ t }}</td></tr>{% endfor %}</table>",
        "<table><thead><tr><td>x</td></tr></thead>{% for t in contact.tags %}<tr></tr>{% endfor %}</table>",
        "<p>{% if contact.city %}a<br>{% elsif contact.points %}<img>{% else %}{{ contact.city }}{% endif %}</p>",
        "<head>{% if contact.city %}<style>p{}</style>{% endif %}</head><p>x</p>",
        "<!--[if mso]>{% if contact.city %}<i>x</i>{% endif %}<![endif]--><p>x</p>",
    ],
)
def test_whole_blocks_are_sound(body: str) -> None:
    assert not problems(body)


def test_a_table_row_tag_is_refused_with_what_to_do() -> None:
    (told,) = problems("<table>\n{% tablerow t in contact.tags cols:2 %}{{ t }}{% endtablerow %}</table>")
    assert told == "body, line 2, column 1: “tablerow” is not allowed; write the rows and cells with “for”."


def test_all_variants_are_told_of_in_one_error() -> None:
    with pytest.raises(LetterError) as error:
        check.require([variant("{{ a }}"), variant("{{ b }}", locale="de")], SCHEMA)
    assert [problem.message for problem in error.value.problems] == ["There is no “a”.", "There is no “b”."]
    assert str(error.value).splitlines() == [
        "en: body, line 1, column 4: There is no “a”.",
        "de: body, line 1, column 4: There is no “b”.",
    ]


def test_the_problems_of_a_letter_with_one_language_do_not_name_it() -> None:
    with pytest.raises(LetterError) as error:
        check.require([variant("{{ a }}")], SCHEMA)
    assert str(error.value) == "body, line 1, column 4: There is no “a”."


def test_a_problem_is_read_in_the_language_of_whoever_reads_it() -> None:
    """Whatever the language was when it was found: problems are kept for others who look."""
    with translation.override("en"):
        found = check.check(variant("\n{{ contact.frist_name }}"), SCHEMA)
    with translation.override("zh-hans"):
        assert [str(problem) for problem in found] == [
            "正文，第 2 行第 4 列：没有“contact.frist_name”；您是指“contact.first_name”吗？"
        ]
        torn = check.check(variant('<p title="{% if contact.city %}">x</p>{% endif %}'), SCHEMA)
    assert "begins and ends in different elements" in torn[0].message

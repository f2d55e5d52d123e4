"""A letter from its source to what a person gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailhub.content import engine, starters
from mailhub.content.check import check
from mailhub.content.engine import LinkTable, Program
from mailhub.content.problems import LetterError, RenderError
from tests.content.letters_at_hand import ANN, SCHEMA, SIGNED_OFF, program, render, render_marked, variant


def test_styles_are_inlined_and_kept_for_dark_mode() -> None:
    html = render(
        "<style>p{color:red} @media (prefers-color-scheme:dark){p{color:blue}}</style><p>x</p>"
    ).html
    assert '<p style="color: red;">x</p>' in html
    assert "prefers-color-scheme" in html


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("{% if contact.city %}color:red;{% endif %}", "margin: 0;color:red;"),
        ("{{ brand.name }}", "margin: 0;Tea &amp; Co"),
        ("*zoom:1;width:{{ contact.points }}px", "margin: 0;*zoom:1;width:7px"),
        ("width:{{ contact.points }}px", "margin: 0;width: 7px"),
    ],
)
def test_liquid_and_old_hacks_in_style_attributes_survive(style: str, expected: str) -> None:
    html = render(f'<style>p{{margin:0}}</style><p class="a" style="{style}">x</p>').html
    assert f'style="{expected}">x</p>' in html


@pytest.mark.parametrize(
    ("locale", "attributes"),
    [
        ("en", '<html lang="en" dir="ltr"'),
        ("ar-EG", '<html lang="ar-EG" dir="rtl"'),
        ("he", '<html lang="he" dir="rtl"'),
        ("zh-Hans", '<html lang="zh-Hans" dir="ltr"'),
        ("az-Arab", '<html lang="az-Arab" dir="rtl"'),
    ],
)
def test_language_and_direction_are_set(locale: str, attributes: str) -> None:
    for body in ("<p>x</p>", '<!doctype html><html lang="xx" dir="auto"><body>x</body></html>'):
        html = render(body, locale=locale).html
        assert attributes in html
        assert html.lower().startswith("<!doctype html>")
        assert 'charset="utf-8"' in html
        assert 'lang="xx"' not in html


def test_the_preheader_is_hidden_at_the_start_of_the_body_and_not_in_the_text() -> None:
    rendered = render("<body><p>Body</p></body>", preheader="For {{ contact.first_name }} & <all>")
    assert rendered.preheader == "For Ann & <all>"
    body = rendered.html.partition("<body>")[2]
    assert body.startswith('<div style="display:none')
    assert "For Ann &amp; &lt;all&gt;&#847;" in body
    assert "For Ann" not in rendered.text


def test_the_pixel_is_the_last_thing_of_the_body_and_only_where_there_is_one() -> None:
    html = render("<p>x</p>", pixel_url="https://m.example.org/o/a?b&c").html
    assert 'src="https://m.example.org/o/a?b&amp;c"' in html
    assert html.index("<img") > html.index("<p>x</p>")
    assert "<img" not in render("<p>x</p>").html


def test_the_subject_is_one_line_and_refuses_control_characters() -> None:
    data = {**ANN, "contact": {"first_name": "Ann\r\nBcc: bo@example.org"}}
    assert (
        render("x", subject="Hi {{ contact.first_name }}!", data=data).subject
        == "Hi Ann Bcc: bo@example.org!"
    )
    with pytest.raises(RenderError, match="control character"):
        render("x", subject="Hi \x00")


def test_control_characters_of_values_are_left_out() -> None:
    data = {**ANN, "contact": {"first_name": "A\x02pixel\x03n\x00n", "tags": ["\x021\x03"]}}
    rendered = render(
        "<p>{{ contact.first_name }}{% for t in contact.tags %}{{ t }}{% endfor %}</p>",
        subject="{{ contact.first_name }}",
        data=data,
        pixel_url="https://p.example.org/",
    )
    assert "<p>Apixelnn1</p>" in rendered.html
    assert rendered.subject == "Apixelnn"


def test_subject_and_preheader_can_be_used_in_the_body() -> None:
    rendered = render(
        "<title>{{ subject }}</title><p>{{ preheader }}</p>", subject="S {{ contact.city }}", preheader="P"
    )
    assert "<title>S Riga</title>" in rendered.html
    assert "<p>P</p>" in rendered.html


def test_a_program_goes_to_json_and_back_and_is_deterministic() -> None:
    body = "{% if contact.city %}<a href='https://x.test/{{ contact.email }}'>x</a>{% endif %}" + SIGNED_OFF
    stored = program(body).to_json()
    assert Program.from_json(stored).to_json() == stored == program(body).to_json()
    assert Program.from_json(stored) is Program.from_json(str(stored))


def test_languages_share_one_number_for_one_address() -> None:
    table = LinkTable()
    first = program("<a href='https://x.test/a'>x</a><a href='https://x.test/b'>x</a>", links=table)
    second = program(
        "<a href='https://x.test/b'>x</a><a href='https://x.test/c'>x</a>", links=table, locale="de"
    )
    assert [(link.number, link.template[-1]) for link in first.links] == [(1, "a"), (2, "b")]
    assert [(link.number, link.template[-1]) for link in second.links] == [(2, "b"), (3, "c")]
    assert len(table.links) == 3


def test_a_letter_without_them_gets_an_unsubscribe_link_and_the_postal_address() -> None:
    rendered = render("<p>x</p>")
    assert '<a href="https://mail.example.org/u/token" style="color:#71717a">Unsubscribe</a>' in rendered.html
    assert "Tea &amp; Co<br />\n1 Quay<br />\nRiga" in rendered.html
    assert rendered.text.endswith("Tea & Co\n1 Quay\nRiga\nUnsubscribe: https://mail.example.org/u/token\n")
    assert "退订" in render("<p>x</p>", locale="zh-Hans").html


def test_a_letter_that_has_them_gets_no_footer() -> None:
    rendered = render(SIGNED_OFF)
    assert rendered.html.count("mail.example.org/u/token") == 1
    assert rendered.html.count("1 Quay") == rendered.text.count("1 Quay") == 1


@pytest.mark.parametrize(
    "body",
    [
        "{% if contact.city == 'Rome' %}" + SIGNED_OFF + "{% endif %}",
        "<div style='display:none'>" + SIGNED_OFF + "</div>",
        "<!-- " + SIGNED_OFF.replace("-->", "") + " -->",
        "<p>{{ unsubscribe_url }}</p>",
        "<a href='{{ unsubscribe_url }}'> &nbsp;</a>{{ postal_address }}",
        "<a href='{{ unsubscribe_url }}'>{{ contact.city }}</a>{{ postal_address }}",
        "<a href='{{ unsubscribe_url }}'>{% if contact.city %}x{% endif %}</a>{{ postal_address }}",
    ],
)
def test_what_not_everybody_sees_does_not_count(body: str) -> None:
    assert ">Unsubscribe</a></div>" in render("<p>x</p>" + body).html


@pytest.mark.parametrize("shown", ["{{ unsubscribe_url }}", "<img src='x.png'>", "<b>No more</b>"])
def test_a_link_that_shows_anything_to_everybody_counts(shown: str) -> None:
    body = f"<a href='{{{{ unsubscribe_url }}}}'>{shown}</a> {{{{ postal_address }}}}"
    assert render(body).html.count('href="https://mail.example.org/u/token"') == 1


def test_transactional_letters_get_no_footer() -> None:
    rendered = render("<p>Your order</p>", marketing=False)
    assert "mail.example.org" not in rendered.html + rendered.text


def test_an_authors_own_text_part_is_used_and_completed() -> None:
    rendered = render("<p>x</p>", text="Dear {{ contact.first_name }},\r\nlook: https://x.test/a_(b).\n")
    assert rendered.text.startswith("Dear Ann,\nlook: https://x.test/a_(b).\n")
    assert "Unsubscribe: https://mail.example.org/u/token" in rendered.text


def test_nothing_is_read_from_disk_or_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p { color: #c0ffee }")
    for address in (secret.as_uri(), "file:///etc/passwd", str(secret)):
        body = (
            f'<link rel="stylesheet" href="{address}"><style>@import url("{address}");</style>'
            f'<p>x</p><img src="{address}">'
        )
        html = render(body).html
        assert "c0ffee" not in html
        assert "root:" not in html
        included = f'<mjml><mj-head><mj-include path="{address}" /></mj-head><mj-body></mj-body></mjml>'
        with pytest.raises(LetterError, match="mj-include"):
            program(included, kind="mjml")


def test_a_loop_over_table_rows_stays_in_its_table() -> None:
    body = "<table>{% for t in contact.tags %}<tr><td>{{ t }}</td></tr>{% endfor %}</table>"
    assert "<table><tbody><tr><td>tea</td></tr><tr><td>a/b c</td></tr></tbody></table>" in render(body).html


@pytest.mark.parametrize("head", ["", "<style>p { color: red }</style>\n"])
def test_a_condition_at_the_beginning_leaves_the_document_whole(head: str) -> None:
    html = render(head + "{% if contact.city == 'Rome' %}<p>a</p>{% endif %}<p>b</p>").html
    assert html.startswith('<!DOCTYPE html><html lang="en" dir="ltr"><head>')
    assert "<body>" in html
    assert "<p>a" not in html


def test_liquid_with_signs_of_html_survives_the_layout() -> None:
    condition = '{% if contact.points < 9 and contact.city != "a" %}'
    body = f'<p title="{{{{ contact.city | default: "x" }}}}">{condition}few{{% endif %}}</p>'
    assert '<p title="Riga">few</p>' in render(body).html


def test_liquid_among_the_attributes_of_html_survives() -> None:
    body = '<p {% if contact.city %}data-a="1"{% endif %} class="{% if contact.city %}b{% else %}c{% endif %}">x</p>'
    html = render(body).html
    assert 'data-a="1"' in html
    assert 'class="b"' in html
    assert "lq0x" not in html


def test_raw_liquid_and_braces_are_shown_as_written() -> None:
    assert "<p>{{ x }} {{ y }}</p>" in render("<p>{% raw %}{{ x }}{% endraw %} &#123;&#123; y }}</p>").html


def test_mjml_is_laid_out_with_its_liquid() -> None:
    body = (
        "<mjml><mj-body><mj-section>{% if contact.city %}<mj-column><mj-text>Hi {{ contact.first_name }}</mj-text>"
        '<mj-button href="https://x.test/?a=1&amp;b={{ contact.city }}">Go</mj-button></mj-column>{% endif %}'
        "</mj-section></mj-body></mjml>"
    )
    rendered = render(body, kind="mjml")
    assert "Hi Ann</div>" in rendered.html
    assert 'href="https://x.test/?a=1&amp;b=Riga"' in rendered.html
    assert "fonts.googleapis" not in rendered.html
    assert "Hi Ann\n\nGo: https://x.test/?a=1&b=Riga" in rendered.text


def test_markdown_is_laid_out_with_its_liquid() -> None:
    body = (
        "# Hello {{ contact.first_name }}\n\n{% if contact.city %}\nIn *{{ contact.city }}*: "
        "[tea](https://x.test/é?q={{ contact.city }}&b=[1])\n{% endif %}\n\n{% if contact.city %}**yes**{% endif %}\n"
    )
    rendered = render(body, kind="markdown")
    assert "Hello Ann</h1>" in rendered.html
    assert 'href="https://x.test/é?q=Riga&amp;b=[1]"' in rendered.html
    assert "<strong>yes</strong>" in rendered.html
    assert rendered.text.startswith("Hello Ann\n\nIn Riga: tea: https://x.test/é?q=Riga&b=[1]\n\nyes\n")


def test_shared_state_works_across_the_whole_letter_with_tracked_links() -> None:
    rendered = render_marked(
        "{% assign n = contact.points | plus: 1 %}<p>{{ n }}</p>"
        "<a href='https://x.test/{{ n }}?c={{ contact.city }}'>x</a>"
    )
    assert "<p>8</p>" in rendered.html
    assert 'href="LINK-1(8|Riga)"' in rendered.html
    assert "x: LINK-1(8|Riga)" in rendered.text


def test_the_newsletter_starter_is_sound_and_complete() -> None:
    source = starters.load("newsletter")
    assert not check(variant(source, kind="mjml"), SCHEMA)
    rendered = render(source, kind="mjml")
    assert rendered.html.count("mail.example.org/u/token") == 1
    assert "Hello Ann," in rendered.text
    assert len(rendered.html.encode()) < 102_000  # Gmail clips what is longer


def test_the_newsletter_runs_from_right_to_left_in_arabic() -> None:
    html = render(starters.load("newsletter"), kind="mjml", locale="ar").html.replace(": ", ":")
    assert "direction:ltr" not in html
    assert html.count("text-align:left") == 1  # “View in browser”, which ends the line
    assert html.count("text-align:right") > 20
    assert "0 0 0 16px" in html.partition("A first story")[0].rpartition("card-left")[2]


def test_a_markdown_letter_in_hebrew_has_its_tables_on_the_right() -> None:
    html = render("|a|b|\n|-|-|\n|1|2|\n\n- x", kind="markdown", locale="he").html
    assert "text-align: right" in html
    assert "left" not in html.partition("<body")[2]


def test_an_unknown_starter_is_refused() -> None:
    with pytest.raises(starters.UnknownStarter, match="newsletter"):
        starters.load("../settings")


def test_compile_refuses_what_check_refuses() -> None:
    with pytest.raises(LetterError) as error:
        engine.compile_variant(variant("{{ nobody }}"), schema=SCHEMA)
    assert [(problem.line, problem.column) for problem in error.value.problems] == [(1, 4)]

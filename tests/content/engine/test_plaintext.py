"""The text part that is made from the HTML."""

from __future__ import annotations

from mailhub.content.engine import plaintext
from mailhub.content.engine.shield import Shield
from tests.content.letters_at_hand import SIGNED_OFF, render, render_marked


def text(html: str) -> str:
    return plaintext.tidy(plaintext.from_html(html, Shield(html)).text)


def test_headings_paragraphs_and_lists_are_laid_out() -> None:
    html = "<h1>Big\n news</h1><p>One<br>two</p><ul><li>a<li>b<ol><li>c</li><li>d</li></ol></ul><p>End</p>"
    html = html.replace("<li>a<li>b<ol>", "<li>a</li><li>b<ol>").replace("</ol></ul>", "</ol></li></ul>")
    assert text(html) == "Big news\n\nOne\ntwo\n\n- a\n- b\n  1. c\n  2. d\n\nEnd\n"


def test_links_images_and_rules() -> None:
    html = (
        '<p><a href="https://x.test/">Go</a> <a href="https://x.test/">https://x.test/</a> '
        '<a href="mailto:bo@example.org">bo@example.org</a> <a href="#top">up</a> <a href="https://y.test/">'
        '<img src="i.png" alt="Shop"></a><img src="p.png" alt=""><a href="https://z.test/">'
        '<img src="i.png"></a></p><hr>x'
    )
    assert text(html) == (
        "Go: https://x.test/ https://x.test/ bo@example.org up Shop: https://y.test/ https://z.test/\n\n---\n\nx\n"
    )


def test_tables_are_read_row_by_row() -> None:
    html = "<table><tr><th>Tea</th><th>Price</th></tr><tr><td>Green</td><td></td><td>3</td></tr></table>after"
    assert text(html) == "Tea | Price\nGreen | 3\nafter\n"


def test_what_nobody_sees_is_left_out() -> None:
    html = (
        "<head><title>t</title><style>p{}</style></head><body><div style='DISPLAY : none'>pre<div>x</div></div>"
        "<p hidden>h</p><!-- c --><!--[if mso]>m<![endif]--><script>s</script><p>seen&nbsp;&amp; done</p></body>"
    )
    assert text(html) == "seen & done\n"


def test_preformatted_text_keeps_its_lines() -> None:
    assert text("<pre>a\n  b</pre>") == "a\n  b\n"


def test_liquid_blocks_leave_no_gaps() -> None:
    body = (
        "<p>a</p>{% if contact.city == 'x' %}<p>b</p>{% endif %}\n"
        "{% for t in contact.tags %}<p>{{ t }}</p>{% endfor %}"
    )
    assert render(body + SIGNED_OFF).text.startswith("a\n\ntea\n\na/b c\n\nUnsubscribe: https://")


def test_markup_filters_write_no_markup_in_the_text() -> None:
    assert "Tea & Co\n1 Quay" in render("<p>{{ postal_address | newline_to_br }}</p>").text


def test_an_address_is_always_followed_by_space() -> None:
    body = (
        '<p><a href="https://f.test/"><img alt="Facebook"></a><a href="https://t.test/"><img alt="Twitter"></a>'
        'and<a href="https://z.test/"><img></a>. {% for t in contact.tags %}<a href="https://x.test/">{{ t }}</a>'
        "{% endfor %}</p>"
    )
    assert render_marked(body).text.startswith(
        "Facebook: LINK-1() Twitter: LINK-2() and LINK-3() . tea: LINK-4() a/b c: LINK-4()\n"
    )


def test_the_links_of_an_mjml_menu_stand_apart() -> None:
    menu = "".join(f'<mj-navbar-link href="https://x.test/{n}">Page {n}</mj-navbar-link>' for n in "ab")
    body = f"<mj-section><mj-column><mj-navbar>{menu}</mj-navbar></mj-column></mj-section>"
    body = f"<mjml><mj-body>{body}</mj-body></mjml>"
    assert "Page a: LINK-1() Page b: LINK-2()" in render_marked(body, kind="mjml").text


def test_a_link_whose_text_is_its_address_is_written_once() -> None:
    body = (
        '<p><a href="https://z.test/">https://z.test</a> or <a href="https://www.y.test/">y.test</a></p>'
        '<p><a href="https://x.test/{{ contact.city }}">https://x.test/{{ contact.city }}</a></p>'
    )
    assert render_marked(body).text.startswith("LINK-1() or LINK-2()\n\nLINK-3(Riga)\n")


def test_mailboxes_and_numbers_are_written_without_their_scheme() -> None:
    html = (
        '<a href="mailto:a@b.example?subject=Hi">Mail</a> <a href="mailto:a@b.example">a@b.example</a> '
        '<a href="tel:+371%201">Call</a>'
    )
    assert text(html) == "Mail: a@b.example a@b.example Call: +371 1\n"


def test_an_address_stands_behind_the_words_of_its_link_and_not_behind_its_gaps() -> None:
    assert text('<a href="https://x.test/"> <h2> Go </h2> </a>on') == "Go: https://x.test/\n\non\n"


def test_rows_and_items_of_a_loop_stand_as_close_as_static_ones() -> None:
    rows = "<table>{% for t in contact.tags %}<tr><td>{{ t }}</td><td>1</td></tr>{% endfor %}</table>"
    items = "<ul>{% for t in contact.tags %}\n<li>{{ t }}</li>\n{% endfor %}</ul>"
    rendered = render(f"<p>a</p>{rows}{items}<p>b{{% for t in contact.tags %}} {{{{ t }}}}{{% endfor %}}</p>")
    assert rendered.text.startswith("a\n\ntea | 1\na/b c | 1\n\n- tea\n- a/b c\n\nb tea a/b c\n")

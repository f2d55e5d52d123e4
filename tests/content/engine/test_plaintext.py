"""The text part that is made from the HTML."""

from __future__ import annotations

from mailhub.content.engine import plaintext
from mailhub.content.engine.shield import Shield
from tests.content.letters_at_hand import SIGNED_OFF, render


def text(html: str) -> str:
    return plaintext.from_html(html, Shield(html)).text


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
        "Go: https://x.test/ https://x.test/ bo@example.org up Shop: https://y.test/https://z.test/\n\n---\n\nx\n"
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

"""Lays out a shielded body: MJML or Markdown to HTML, styles inlined, language and direction set."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import resources

from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from mjml import mjml2html

from mailhub.content.engine import mirror, mjml, styles
from mailhub.content.problems import SourceError
from mailhub.content.variants import Kind

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "syrc", "thaa"})
POSITION = re.compile(r"\s*in root template at position (\d+):\d+$")
HTML_TAG = re.compile(r"<html\b([^>]*)>", re.IGNORECASE)
BODY_TAG = re.compile(r"<body\b([^>]*)>", re.IGNORECASE)
LANGUAGE = re.compile(r'\s(?:lang|dir)="[^"]*"', re.IGNORECASE)
CHARSET = re.compile(r"<meta\b[^>]*charset", re.IGNORECASE)
BOM = "\ufeff"


def to_html(kind: Kind, body: str, *, locale: str) -> str:
    """The HTML of a body, as it is written or as MJML or Markdown lay it out.

    `body` has its Liquid hidden. Raises SourceError with an offset in `body` when MJML does not parse.
    """
    if kind == "mjml":
        return _from_mjml(body, towards=direction(locale))
    if kind == "markdown":
        frame = _wrapper() if direction(locale) == "ltr" else _wrapper().replace("left", "right")
        return frame.replace("<!--body-->", _markdown().render(body))
    return body.removeprefix(BOM)


def finish(html: str, *, locale: str) -> str:
    """A whole document with its styles inlined. Nothing is read from disk or network."""
    return _declare(styles.inline(html), locale=locale)


def direction(locale: str) -> str:
    """`rtl` for languages and scripts written from right to left, else `ltr`."""
    language, *rest = locale.lower().replace("_", "-").split("-")
    if rest and len(rest[0]) == 4:
        return "rtl" if rest[0] in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _from_mjml(body: str, *, towards: str) -> str:
    try:
        # No fonts: they would be loaded from another host. No loader: mj-include finds nothing.
        html: str = mjml2html(body, fonts={})
        if towards == "rtl":
            html = mirror.layout(mjml2html(mirror.source(body), fonts={}))
    except ValueError as error:
        where = POSITION.search(str(error))
        known = len(body.encode()[: int(where.group(1))].decode(errors="ignore")) if where else None
        offset = _blame(body) if known is None else known
        sentence, reason = _("MJML cannot be read here: %(reason)s."), POSITION.sub("", str(error))
        raise SourceError(sentence, offset=offset, reason=reason.rstrip(".")) from error
    return html.replace('lang="und" dir="auto"', "", 1).replace('lang="und" dir="auto"', "")


def _blame(body: str) -> int:
    """Where the content begins that the layout library cannot read even by itself; else the beginning."""
    for inside in mjml.INSIDE.finditer(body):
        content = f"<mj-section><mj-column><mj-text>{inside[3]}</mj-text></mj-column></mj-section>"
        try:
            mjml2html(f"<mjml><mj-body>{content}</mj-body></mjml>", fonts={})
        except ValueError:
            return inside.start(3)
    return 0


def _declare(html: str, *, locale: str) -> str:
    """The document with doctype, language, direction and character set."""
    towards = direction(locale)
    html = HTML_TAG.sub(
        lambda tag: f'<html lang="{escape(locale)}" dir="{towards}"{LANGUAGE.sub("", tag[1])}>', html, count=1
    )
    if towards == "rtl":
        # Gmail and others keep the body's attributes but not those of the html element.
        html = BODY_TAG.sub(lambda tag: f'<body dir="rtl"{LANGUAGE.sub("", tag[1])}>', html, count=1)
    if not CHARSET.search(html):
        html = html.replace("<head>", '<head><meta charset="utf-8">', 1)
    return html if html.lstrip()[:9].lower() == "<!doctype" else f"<!DOCTYPE html>{html}"


def at_body_start(html: str, addition: str) -> str:
    """`html` with `addition` as the first thing that its body shows."""
    return BODY_TAG.sub(lambda tag: tag[0] + addition, html, count=1)


def at_body_end(html: str, addition: str) -> str:
    """`html` with `addition` as the last thing of its body."""
    before, end, after = html.rpartition("</body>")
    return f"{before}{addition}{end}{after}" if end else html + addition


@cache
def _wrapper() -> str:
    return (resources.files(__package__) / "markdown.html").read_text(encoding="utf-8")


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # Addresses stay as the author wrote them, byte for byte.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser

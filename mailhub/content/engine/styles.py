"""Writes the rules of style sheets into the elements that they are for."""

from __future__ import annotations

import re
from functools import cache

import css_inline
from django.utils.translation import gettext_lazy as _

from mailhub.content.problems import SourceError

TAG = re.compile(r"""<[a-zA-Z](?:[^"'>]|"[^"]*"|'[^']*')*>""")
STYLE = re.compile(r"""(?<=\s)style\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
DECLARATION = re.compile(r"\s*(?:[a-zA-Z_-][\w-]*\s*:.*)?", re.DOTALL)
DEEPEST = 2000
ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)[^>]*?(?P<empty>/?)>")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# The inliner gives up on a style attribute that holds anything else, such as an old browser's hack or
# a hidden Liquid tag; these attributes wait under another name.
ASIDE = "data-mailhub-style"
PUT_ASIDE = re.compile(rf"""\s{ASIDE}=("[^"]*"|'[^']*')""")


def inline(html: str) -> str:
    """`html` as a whole document with its styles inlined. Nothing is read from disk or network.

    Style sheets stay for what cannot be inlined: media queries, hover. Raises SourceError.
    """
    _require_shallow(html)
    try:
        inlined = _inliner().inline(TAG.sub(_put_aside, html))
    except css_inline.InlineError as error:
        sentence = _("The styles of the letter cannot be read: %(reason)s.")
        raise SourceError(sentence, offset=0, reason=error) from error
    return TAG.sub(_put_back, inlined) if ASIDE in inlined else inlined


def _require_shallow(html: str) -> None:
    """Far more open elements than a letter has: the inliner would take the process down with it."""
    if html.count("<") > DEEPEST and _depth(html) > DEEPEST:
        sentence = _("Its elements stand more than %(most)s deep in each other.")
        raise SourceError(sentence, offset=0, most=f"{DEEPEST:,}")


def _depth(html: str) -> int:
    """How many elements are open at once, at most; one that HTML closes by itself counts on."""
    depth = deepest = 0
    for tag in ELEMENT.finditer(html):
        if tag["name"].lower() not in VOID and not tag["empty"]:
            depth += -1 if tag["end"] else 1
            deepest = max(deepest, depth)
    return deepest


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def _put_aside(tag: re.Match[str]) -> str:
    style = STYLE.search(tag[0])
    if style is None or all(DECLARATION.fullmatch(each) for each in style[1][1:-1].split(";")):
        return tag[0]
    return f"{tag[0][: style.start()]}{ASIDE}={style[1]}{tag[0][style.end() :]}"


def _put_back(tag: re.Match[str]) -> str:
    aside = PUT_ASIDE.search(tag[0])
    if aside is None:
        return tag[0]
    rest = tag[0][: aside.start()] + tag[0][aside.end() :]
    style = STYLE.search(rest)
    if style is None:
        return f"{tag[0][: aside.start()]} style={aside[1]}{tag[0][aside.end() :]}"
    joined = f'style="{style[1][1:-1].rstrip("; ")};{aside[1][1:-1]}"'
    return rest[: style.start()] + joined + rest[style.end() :]

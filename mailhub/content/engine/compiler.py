"""Compiles one language of a letter to a program: shield, lay out, find links, add what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from mailhub.content.engine import analysis, footer, markup, parts, pieces, plaintext, wholeness
from mailhub.content.engine.hrefs import SYSTEM_URLS, Tracker, name_of
from mailhub.content.engine.links import LinkTable
from mailhub.content.engine.nodes import Node
from mailhub.content.engine.pieces import Piece
from mailhub.content.engine.plaintext import PlainText, SeenLink
from mailhub.content.engine.program import Program
from mailhub.content.engine.shield import Shield
from mailhub.content.problems import LetterError, Notice, Part, Problem, SourceError, locate
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource

Result = TypeVar("Result")
NEVER_EMPTY = SYSTEM_URLS | footer.ADDRESSES | {"brand.name"}
PREHEADER_STYLE = (
    "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;"
    "mso-hide:all;visibility:hidden"
)
# Invisible room behind the preheader, so that an inbox does not go on with the letter's first words.
PADDING = "&#847;&zwnj;&nbsp;&#8199;" * 60


def compile_variant(
    source: VariantSource,
    *,
    schema: Schema,
    links: LinkTable | None = None,
    utm: Mapping[str, str] | None = None,
    brand_url: str = "",
    marketing: bool = True,
) -> Program:
    """The program of one language; its links are numbered in `links`, which the languages share.

    `utm` are parameters (utm_source and so on) for web links that lack them. `brand_url` stands in for
    {{ brand.url }} in links. A marketing letter without an unsubscribe link or postal address gets a
    footer with what is missing. Raises LetterError with all problems found.
    """
    if problems := analysis.problems(source, schema):
        raise LetterError(problems)
    return _Compilation(source, links or LinkTable(), utm or {}, brand_url).program(marketing=marketing)


class _Compilation:
    """The state of one compilation: what is hidden, and which links were found."""

    def __init__(
        self, source: VariantSource, links: LinkTable, utm: Mapping[str, str], brand_url: str
    ) -> None:
        self.source = source
        self.shield = Shield(source.subject, source.preheader, source.body, source.text)
        self.tracker = Tracker(self.shield, links, utm=utm, brand_url=brand_url)
        self.tree = pieces.nest(pieces.split(source.body))
        self.always = {piece.start for piece in pieces.outside_blocks(self.tree)}

    def program(self, *, marketing: bool) -> Program:
        html = self._in_part("body", self._body)
        plain = plaintext.from_html(html, self.shield, addresses=self.tracker.addresses)
        is_fixed = not any(self._writes_lines(part) for part in self.shield.parts(plain.text))
        own_text = self.source.text.replace("\r\n", "\n")
        if own_text.strip():
            text = self._in_part("text", lambda: self._own_text(own_text))
        else:
            text = plaintext.tidy(plain.text) if is_fixed else plain.text + "\n"
        text_source = self.shield.restore(text)
        if marketing:
            html = markup.at_body_end(html, self._html_footer(plain))
            text_source += self._text_footer(text_source)
        html = self._frame(html)
        return Program(
            locale=self.source.locale,
            subject=parts.compile_part(self.source.subject, markup=False),
            preheader=parts.compile_part(self.source.preheader, markup=False),
            html=self._nodes(self.shield.restore(html), markup=True),
            text=self._nodes(text_source, markup=False),
            links=tuple(sorted(self.tracker.used, key=lambda link: link.number)),
            tidy_text=not own_text.strip() and not is_fixed,
        )

    def _body(self) -> str:
        hidden = self.shield.hide_all(pieces.split(self.source.body), kind=self.source.kind)
        try:
            written = self.shield.complete(self._written(hidden))
            html = markup.finish(written, locale=self.source.locale)
        except SourceError as error:
            raise error.at(self.shield.origin(hidden, error.offset)) from error
        if lost := self.shield.lost(html):
            sentence = _("The layout has no place for “%(piece)s” here.")
            raise SourceError(sentence, offset=lost[0].start, piece=lost[0].text)
        wholeness.require(written, html, shield=self.shield, tree=self.tree)
        return self.tracker.track_html(self.shield.protect(html))

    def _written(self, hidden: str) -> str:
        return markup.to_html(self.source.kind, hidden, locale=self.source.locale)

    def _own_text(self, source: str) -> str:
        hidden = "".join(
            piece.text if piece.kind == "text" else self.shield.hide(piece) for piece in pieces.split(source)
        )
        return self.tracker.track_text(hidden)

    def _frame(self, html: str) -> str:
        """The document with its hidden preheader and the place of the pixel."""
        if self.source.preheader.strip():
            words = [
                escape(piece.text) if piece.kind == "text" else self.shield.hide(piece)
                for piece in pieces.split(self.source.preheader)
            ]
            hidden = f'<div style="{PREHEADER_STYLE}">{"".join(words)}{PADDING}</div>'
            html = markup.at_body_start(html, hidden)
        return markup.at_body_end(html, self.shield.hide(Piece("tag", "{% _pixel %}", 0, name="_pixel")))

    @staticmethod
    def _writes_lines(part: str | Piece) -> bool:
        """Whether it depends on the data which lines a text has: outputs and links fill words."""
        return isinstance(part, Piece) and part.kind == "tag" and part.name != "_link"

    def _html_footer(self, plain: PlainText) -> str:
        seen = [link for link in plain.links if self._seen_by_all(link)]
        links = self._shown(part for link in seen for part in self.shield.parts(link.href)[:1])
        names = self._shown(self.shield.parts(plain.text))
        return footer.html_footer(links=links, names=names, locale=self.source.locale)

    def _seen_by_all(self, link: SeenLink) -> bool:
        """Whether a link shows something whatever the data: a picture, words, a value never empty."""
        texts = [
            name_of(part) in NEVER_EMPTY if isinstance(part, Piece) else bool(part.strip())
            for part in self._outside_blocks(link.text)
        ]
        return link.has_picture or any(texts)

    def _outside_blocks(self, text: str) -> Iterator[str | Piece]:
        """The parts of a hidden text that stand outside the conditions and loops in it."""
        depth = 0
        for part in self.shield.parts(text):
            name = part.name if isinstance(part, Piece) else ""
            depth += (name in pieces.BLOCKS) - (name.startswith("end") and name[3:] in pieces.BLOCKS)
            if depth == 0:
                yield part

    def _shown(self, found: Iterable[str | Piece]) -> set[str]:
        """The names among the outputs that stand outside all conditions and loops."""
        return {name_of(part) for part in found if isinstance(part, Piece) and part.start in self.always}

    def _text_footer(self, source: str) -> str:
        tree = self._whole(lambda: pieces.nest(pieces.split(source)))
        names = {name_of(piece) for piece in pieces.outside_blocks(tree)}
        return footer.text_footer(names=names, locale=self.source.locale)

    def _nodes(self, source: str, *, markup: bool) -> tuple[Node, ...]:
        return self._whole(lambda: parts.compile_part(source, markup=markup))

    def _whole(self, step: Callable[[], Result]) -> Result:
        """The result of `step`, to which the layout left every Liquid block whole."""
        try:
            return step()
        except SourceError as error:
            sentence = _("A Liquid block begins and ends in different elements. %(problem)s")
            torn = Notice(sentence, {"problem": error.notice})
            raise LetterError([Problem("body", torn, 1, 1)]) from error

    def _in_part(self, part: Part, step: Callable[[], Result]) -> Result:
        """The result of `step`, whose SourceErrors lie in that part of the letter."""
        try:
            return step()
        except SourceError as error:
            source = self.source.body if part == "body" else self.source.text
            raise LetterError([locate(part, source, error)]) from error

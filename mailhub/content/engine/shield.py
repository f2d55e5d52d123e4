"""Hides Liquid from the tools that lay out a letter, and puts it back afterwards.

A tag between elements becomes a comment (HTML moves everything else out of a table); a tag inside an
attribute, a comment or a title, and every output, becomes a plain word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from django.utils.translation import gettext_lazy as _

from mailhub.content.engine.pieces import BLOCKS, Piece
from mailhub.content.problems import SourceError

TAG_NAME = re.compile(r"<(/?[a-zA-Z][\w:-]*|!)")
# Elements whose content is text, not elements.
TEXT_ELEMENTS = frozenset({"style", "script", "title", "textarea", "mj-style", "mj-title", "mj-preview"})
# What ends plain text: any tag, or within a text element the end of that element alone.
OPENINGS = {"": re.compile("<")} | {name: re.compile(f"</{name}", re.IGNORECASE) for name in TEXT_ELEMENTS}
TAG_STOP = re.compile("[\"'>]")
DOCUMENT = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
# What HTML puts into the head by itself.
HEAD = re.compile(
    r"(?>\s|<!--.*?-->|<![^>]*>|<(style|title|script)\b.*?</\1\s*>|<(?:meta|link|base)\b[^>]*>)*+",
    re.IGNORECASE | re.DOTALL,
)
STYLES = frozenset({"style", "mj-style"})


class Shield:
    """The words given out for one letter. Deterministic: the same sources give the same words."""

    def __init__(self, *sources: str) -> None:
        everything = "".join(sources).lower()
        self.prefix = next(
            prefix for prefix in (f"lq{number}x" for number in count()) if prefix not in everything
        )
        self.pieces: dict[str, Piece] = {}
        word = self.prefix + r"\d{5}z"
        self.word = re.compile(word)
        self._mark = re.compile(f"<!--({word})-->")
        self._hidden = re.compile(f'<!--({word})-->|&lt;!--({word})--&gt;|({word})(?:="")?')
        self._table = re.compile(
            rf"(<table\b[^>]*>|</(?:thead|caption|colgroup)\s*>)((?:\s|<!--{word}-->)+)(?=<tr\b)",
            re.IGNORECASE,
        )

    def hide(self, piece: Piece) -> str:
        """The word that stands for the piece."""
        word = f"{self.prefix}{len(self.pieces):05d}z"
        self.pieces[word] = piece
        return word

    def restore(self, text: str) -> str:
        """`text` with the Liquid source back in the place of every word and marker comment."""
        return self._hidden.sub(lambda found: self.pieces[found[1] or found[2] or found[3]].source, text)

    def parts(self, text: str) -> list[str | Piece]:
        """`text` cut at its words, with the pieces in their places."""
        found: list[str | Piece] = []
        position = 0
        for word in self.word.finditer(text):
            found += [text[position : word.start()], self.pieces[word.group()]]
            position = word.end()
        return [part for part in [*found, text[position:]] if part != ""]

    def mark(self, piece: Piece) -> str:
        """The comment that stands for a tag between elements."""
        return f"<!--{self.hide(piece)}-->"

    def hide_all(self, pieces: Sequence[Piece], *, kind: str) -> str:
        """The source with all its Liquid hidden, each piece in the way that its place asks for.

        Raises SourceError for a tag in a style sheet or among the attributes of an MJML element.
        """
        written: list[str] = []
        place = Place()
        for at, piece in enumerate(pieces):
            between = place.between_elements and (kind != "markdown" or _comment_fits(pieces, at))
            if piece.kind == "text":
                written.append(piece.text)
                place.pass_over(piece.text)
            elif piece.kind == "tag" and between:
                written.append(self.mark(piece))
            else:
                _require_place(piece, place, kind)
                written.append(self.hide(piece))
        return "".join(written)

    def complete(self, html: str) -> str:
        """`html` with the tags that HTML adds by itself, written out where it would put Liquid before them."""
        return self._begin_body(self._table.sub(r"\1<tbody>\2", html))

    def _begin_body(self, text: str) -> str:
        """`text` with a body tag, if it has none, before a block at its beginning.

        HTML leaves a comment that stands before all content outside the body, which its block then tears.
        """
        marks = (mark for mark in self._mark.finditer(text) if self.pieces[mark[1]].name in BLOCKS)
        first = next(marks, None)
        if first is None or DOCUMENT.search(text) or not HEAD.fullmatch(text, 0, first.start()):
            return text
        return f"{text[: first.start()]}<body>{text[first.start() :]}"

    def protect(self, text: str) -> str:
        """Hides what looks like Liquid but is not: all that is, is hidden already."""
        return re.sub(r"\{[{%]", lambda found: self.hide(Piece("raw", found[0], 0)), text)

    def origin(self, text: str, offset: int) -> int:
        """About where in the source lies what is at `offset` of its hidden form."""
        words = list(self.word.finditer(text, 0, offset))
        if not words:
            return offset
        piece = self.pieces[words[-1].group()]
        return piece.start + len(piece.source) + offset - words[-1].end()

    def lost(self, text: str) -> list[Piece]:
        """The pieces whose words are nowhere in `text`."""
        there = set(self.word.findall(text))
        return [piece for word, piece in self.pieces.items() if word not in there]


def _comment_fits(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a tag of Markdown can be a comment: alone on its line, or not at its beginning.

    A line that begins with a comment is HTML as a whole (CommonMark 4.6, kind 2).
    """
    before = (pieces[index] for index in range(at - 1, -1, -1))
    after = (pieces[index] for index in range(at + 1, len(pieces)))
    nothing_before = _only_tags(before, lambda text: text.rpartition("\n"))
    nothing_after = _only_tags(after, lambda text: text.partition("\n")[::-1])
    return nothing_after or not nothing_before


def _only_tags(pieces: Iterable[Piece], cut: Callable[[str], tuple[str, ...]]) -> bool:
    """Whether there are only tags up to the end of the line; `cut` gives the near part of a text last."""
    for piece in pieces:
        if piece.kind == "text":
            _far, newline, near = cut(piece.text)
            if near.strip():
                return False
            if newline:
                return True
        elif piece.kind != "tag":
            return False
    return True


def _require_place(piece: Piece, place: Place, kind: str) -> None:
    if piece.kind == "tag" and place.element in STYLES:
        sentence = _("A Liquid tag cannot stand in a style sheet; outputs can.")
        raise SourceError(sentence, offset=piece.start)
    if kind == "mjml" and place.state == "tag":
        sentence = _("Liquid cannot stand among the attributes of an MJML element, only within a value.")
        raise SourceError(sentence, offset=piece.start)


class Place:
    """Where in HTML one is, after having passed over text: elements, a tag, an attribute, a comment."""

    def __init__(self) -> None:
        self.state = "text"
        self.element = ""
        self._quote = ""
        self._name = ""

    @property
    def between_elements(self) -> bool:
        return self.state == "text" and not self.element

    def pass_over(self, text: str) -> None:
        position = 0
        while position < len(text):
            position = getattr(self, f"_{self.state}")(text, position)

    def _text(self, text: str, position: int) -> int:
        found = OPENINGS[self.element].search(text, position)
        if not found:
            return len(text)
        at = found.start()
        if text.startswith("<!--", at):
            self.state = "comment"
            return at + 4
        name = TAG_NAME.match(text, at)
        if not name:
            return at + 1
        self._name = name.group(1).lower()
        self.state, self.element = "tag", ""
        return name.end()

    def _tag(self, text: str, position: int) -> int:
        found = TAG_STOP.search(text, position)
        if not found:
            return len(text)
        if found.group() == ">":
            closed_itself = text[found.start() - 1 : found.start()] == "/"
            self.state = "text"
            self.element = self._name if self._name in TEXT_ELEMENTS and not closed_itself else ""
        else:
            self.state, self._quote = "attribute", found.group()
        return found.end()

    def _attribute(self, text: str, position: int) -> int:
        end = text.find(self._quote, position)
        if end < 0:
            return len(text)
        self.state = "tag"
        return end + 1

    def _comment(self, text: str, position: int) -> int:
        end = text.find("-->", position)
        if end < 0:
            return len(text)
        self.state = "text"
        return end + 3

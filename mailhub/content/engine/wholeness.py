"""Checks that a layout left every Liquid block whole: begun and ended in one element, its own inside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.translation import gettext_lazy as _

from mailhub.content.engine.pieces import BLOCKS, BRANCHES, Node, Piece
from mailhub.content.engine.plaintext import VOID
from mailhub.content.engine.shield import Shield
from mailhub.content.problems import SourceError

SHOWN = frozenset({"br", "hr", "img"})
GAPS = re.compile(r"\s+")
Place = tuple[str, int]


def require(before: str, after: str, *, shield: Shield, tree: Sequence[Node]) -> None:
    """Raises SourceError, at the tag or output, when the layout tore a block of `tree` apart.

    `before` is the HTML that the layout began to read as a document, `after` what came of it; both have
    their Liquid hidden. A block must begin, branch and end in one element (or one attribute); what it
    holds, text included, must still be in it, in the same branch.
    """
    homes = dict(_homes(tree, None))
    read, made = _events(before, shield), _events(after, shield)
    _require_order(made, homes)
    written, left = _texts(read), _texts(made)
    for branch, text in written.items():
        if left[branch] != text:
            sentence = _("The layout has no place here for what stands in “%(tag)s”.")
            raise SourceError(sentence, offset=branch.start, tag=branch.text)


@dataclass(frozen=True, slots=True)
class _Event:
    """A piece of Liquid or a text, in the order of the document, with the element that it is in."""

    place: Place
    piece: Piece | None
    text: str = ""


@dataclass(slots=True)
class _Open:
    """A block that has begun: its tag, the tag of its present branch, and where it began."""

    opener: Piece
    branch: Piece
    place: Place


def _homes(nodes: Sequence[Node], home: int | None) -> Iterator[tuple[int, int | None]]:
    """Where each piece belongs, by offsets: leaves and openers to the tag whose branch they stand in,
    branches and closers to the opener of their block.
    """
    for node in nodes:
        if isinstance(node, Piece):
            yield node.start, home
            continue
        yield node.opener.start, home
        yield node.closer.start, node.opener.start
        branch = node.opener.start
        for each in node.body:
            if isinstance(each, Piece) and _is_branch(each):
                yield each.start, node.opener.start
                branch = each.start
            else:
                yield from _homes([each], branch)


def _require_order(events: Sequence[_Event], homes: dict[int, int | None]) -> None:
    stack: list[_Open] = []
    for event in events:
        piece = event.piece
        if piece is None:
            continue
        home = homes[piece.start]
        if _is_branch(piece) or _is_end(piece):
            if not stack or stack[-1].opener.start != home or stack[-1].place != event.place:
                raise _torn(stack[-1].opener if stack else piece)
            stack[-1].branch = piece
            if _is_end(piece):
                stack.pop()
            continue
        if home is not None and home not in [block.branch.start for block in stack]:
            sentence = _("The layout moves “%(piece)s” out of its block.")
            raise SourceError(sentence, offset=piece.start, piece=piece.text)
        if piece.kind == "tag" and piece.name in BLOCKS:
            stack.append(_Open(piece, piece, event.place))
    if stack:
        raise _torn(stack[-1].opener)


def _torn(piece: Piece) -> SourceError:
    sentence = _("“%(tag)s” begins and ends in different elements; a block must stay within one.")
    return SourceError(sentence, offset=piece.start, tag=piece.text)


def _texts(events: Sequence[_Event]) -> dict[Piece, str]:
    """What each branch of a block shows by itself, without spaces."""
    texts: dict[Piece, str] = defaultdict(str)
    branches: list[Piece] = []
    for event in events:
        piece = event.piece
        if piece is None:
            if branches:
                texts[branches[-1]] += GAPS.sub("", event.text)
        elif _is_branch(piece) or _is_end(piece):
            if branches:
                branches.pop()
            if _is_branch(piece):
                branches.append(piece)
        elif piece.kind == "tag" and piece.name in BLOCKS:
            branches.append(piece)
    return texts


def _is_branch(piece: Piece) -> bool:
    return piece.kind == "tag" and piece.name in BRANCHES


def _is_end(piece: Piece) -> bool:
    return piece.kind == "tag" and piece.name.startswith("end") and piece.name[3:] in BLOCKS


def _events(html: str, shield: Shield) -> list[_Event]:
    reader = _Reader(shield)
    reader.feed(html)
    reader.close()
    return reader.events


class _Reader(HTMLParser):
    def __init__(self, shield: Shield) -> None:
        super().__init__(convert_charrefs=True)
        self.shield = shield
        self.events: list[_Event] = []
        self.open: list[tuple[str, int]] = []
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._next()
        self._see(tag, ("name", element))
        for name, value in attrs:
            self._see(name, ("attributes", element))
            self._see(value or "", (name, element))
        self._require_once([name for name, _ in attrs])
        if tag in SHOWN:
            self.events.append(_Event(self._here, None, f"<{tag}>"))
        if tag not in VOID:
            self.open.append((tag, element))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML only elements without content end at once.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        last = next((at for at in range(len(self.open) - 1, -1, -1) if self.open[at][0] == tag), None)
        if last is not None:
            del self.open[last:]

    def handle_data(self, data: str) -> None:
        for part in self.shield.parts(data):
            if isinstance(part, Piece):
                self.events.append(_Event(self._here, part))
            elif not self.cdata_elem:
                self.events.append(_Event(self._here, None, part))

    def handle_comment(self, data: str) -> None:
        alone = self.shield.word.fullmatch(data.strip())
        self._see(data, self._here if alone else ("comment", self._next()))

    @property
    def _here(self) -> Place:
        return "", self.open[-1][1] if self.open else 0

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _see(self, text: str, place: Place) -> None:
        found = (part for part in self.shield.parts(text) if isinstance(part, Piece))
        self.events += [_Event(place, piece) for piece in found]

    def _require_once(self, names: Sequence[str]) -> None:
        """Raises SourceError for an attribute that is given twice by Liquid: HTML knows only the first."""
        words = [piece for name in names for piece in self.shield.parts(name) if isinstance(piece, Piece)]
        twice = [name for at, name in enumerate(names) if name in names[:at]]
        if words and twice:
            sentence = _(
                "The attribute “%(name)s” stands twice in this element; put the condition in its value."
            )
            raise SourceError(sentence, offset=words[0].start, name=twice[0])

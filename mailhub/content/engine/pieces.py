"""Cuts Liquid source into text, outputs and tags, and nests the blocks; every piece knows its offset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext_lazy as _

from mailhub.content.problems import SourceError

BLOCKS = frozenset({"if", "unless", "case", "for", "capture", "ifchanged"})
LOOPS = frozenset({"for"})
BRANCHES = {
    "else": frozenset({"if", "unless", "case", "for"}),
    "elsif": frozenset({"if", "unless"}),
    "when": frozenset({"case"}),
}
TAG = re.compile(r"\{%-?\s*(#|\w*)\s*(.*?)\s*-?%\}", re.DOTALL)
OPENING = re.compile(r"\{[{%]")
VERBATIM_END = {name: re.compile(r"\{%-?\s*end" + name + r"\s*(-?)%\}") for name in ("raw", "doc", "comment")}


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` is Liquid source with its whitespace control already carried out."""

    kind: Literal["text", "raw", "output", "tag"]
    text: str
    start: int
    name: str = ""
    expression: str = ""

    @property
    def source(self) -> str:
        return f"{{% raw %}}{self.text}{{% endraw %}}" if self.kind == "raw" else self.text


@dataclass(frozen=True, slots=True)
class Block:
    """A tag that encloses something; `else`, `elsif` and `when` stay among its body as pieces."""

    opener: Piece
    body: tuple[Node, ...]
    closer: Piece

    @property
    def source(self) -> str:
        return self.opener.source + join(self.body) + self.closer.source


Node = Piece | Block


def join(nodes: Iterable[Node]) -> str:
    """The Liquid source of the nodes, fit to be parsed on its own."""
    return "".join(node.source for node in nodes)


def split(source: str) -> list[Piece]:
    """The pieces of `source` in order; comments are left out. Raises SourceError for what never ends."""
    found: list[Piece] = []
    trim_next = False
    for piece, trim_before, trim_after in _scan(source):
        if trim_before and found and found[-1].kind == "text":
            found[-1] = replace(found[-1], text=found[-1].text.rstrip())
        if piece.kind == "text" and trim_next:
            piece = replace(piece, text=piece.text.lstrip())
        trim_next = trim_after
        found.append(piece)
    return [piece for piece in found if piece.text and piece.name not in ("comment", "doc", "#")]


def _scan(source: str) -> Iterator[tuple[Piece, bool, bool]]:
    """Each piece with whether it trims what stands before and after it."""
    position = 0
    while match := OPENING.search(source, position):
        if match.start() > position:
            yield Piece("text", source[position : match.start()], position), False, False
        start = match.start()
        if match.group() == "{{":
            position = _end(source, "}}", start=start)
            yield _output(source[start:position], start=start)
            continue
        position = _end(source, "%}", start=start)
        tag, before, after = _tag(source[start:position], start=start)
        if tag.name in VERBATIM_END and not (tag.name == "raw" and tag.expression):
            tag, position, after = _verbatim(source, tag, inner_start=position)
        yield tag, before, after
    if position < len(source):
        yield Piece("text", source[position:], position), False, False


def _end(source: str, closing: str, *, start: int) -> int:
    end = source.find(closing, start + 2)
    if end < 0:
        raise _never_closed(source[start : start + 2], closing, offset=start)
    return end + 2


def _output(text: str, *, start: int) -> tuple[Piece, bool, bool]:
    before, after = text.startswith("{{-"), text.endswith("-}}")
    expression = text[3 if before else 2 : -3 if after else -2].strip()
    return Piece("output", f"{{{{ {expression} }}}}", start, expression=expression), before, after


def _tag(text: str, *, start: int) -> tuple[Piece, bool, bool]:
    match = TAG.fullmatch(text)
    name, expression = match.groups() if match else ("", "")
    if not name:
        raise SourceError(_("This tag has no name."), offset=start)
    inner = f"{name} {expression}".strip()
    piece = Piece("tag", f"{{% {inner} %}}", start, name=name, expression=expression)
    return piece, text.startswith("{%-"), text.endswith("-%}")


def _verbatim(source: str, tag: Piece, *, inner_start: int) -> tuple[Piece, int, bool]:
    """The piece of a raw, doc or comment block, where it ends, and whether it trims what follows."""
    end = VERBATIM_END[tag.name].search(source, inner_start)
    if end is None:
        raise _never_closed(tag.name, f"end{tag.name}", offset=tag.start)
    after = bool(end.group(1))
    if tag.name == "raw":
        return Piece("raw", source[inner_start : end.start()], inner_start), end.end(), after
    return tag, end.end(), after


def nest(pieces: Sequence[Piece]) -> list[Node]:
    """The pieces with their blocks closed. Raises SourceError where a block is not well formed."""
    top: list[Node] = []
    stack: list[tuple[Piece, list[Node]]] = []
    for piece in pieces:
        body = stack[-1][1] if stack else top
        if piece.kind != "tag":
            body.append(piece)
        elif piece.name in BLOCKS:
            stack.append((piece, []))
        elif piece.name.startswith("end"):
            opener, inside = _close(stack, piece)
            (stack[-1][1] if stack else top).append(Block(opener, tuple(inside), piece))
        else:
            _require_place(stack, piece)
            body.append(piece)
    if stack:
        opener = stack[-1][0]
        raise _never_closed(opener.name, f"end{opener.name}", offset=opener.start)
    return top


def _close(stack: list[tuple[Piece, list[Node]]], closer: Piece) -> tuple[Piece, list[Node]]:
    if stack and closer.name == f"end{stack[-1][0].name}":
        return stack.pop()
    if not stack:
        raise SourceError(_("“%(name)s” closes nothing."), offset=closer.start, name=closer.name)
    sentence = _("“%(name)s” closes nothing; “%(open)s” is open here.")
    raise SourceError(sentence, offset=closer.start, name=closer.name, open=stack[-1][0].name)


def _never_closed(name: str, closing: str, *, offset: int) -> SourceError:
    sentence = _("“%(name)s” is never closed by “%(closing)s”.")
    return SourceError(sentence, offset=offset, name=name, closing=closing)


def _require_place(stack: Sequence[tuple[Piece, list[Node]]], piece: Piece) -> None:
    """Raises SourceError for an else, elsif, when, break or continue that belongs to nothing."""
    if piece.name in BRANCHES:
        if not stack or stack[-1][0].name not in BRANCHES[piece.name]:
            sentence = _("“%(name)s” belongs to no block here.")
            raise SourceError(sentence, offset=piece.start, name=piece.name)
        closed = any(isinstance(node, Piece) and node.name == "else" for node in stack[-1][1])
        if closed and stack[-1][0].name in ("if", "unless"):
            sentence = _("“%(name)s” comes after “else”.")
            raise SourceError(sentence, offset=piece.start, name=piece.name)
    if piece.name in ("break", "continue") and not any(opener.name in LOOPS for opener, _ in stack):
        raise SourceError(_("“%(name)s” stands in no loop."), offset=piece.start, name=piece.name)


def outside_blocks(nodes: Iterable[Node]) -> list[Piece]:
    """The pieces that are there whatever the data."""
    return [node for node in nodes if isinstance(node, Piece)]

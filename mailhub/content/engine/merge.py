"""A compiled letter as what is the same for everybody and what is not: for providers that merge by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mailhub.content.engine import plaintext
from mailhub.content.engine.frame import Frame, LinkMaker
from mailhub.content.engine.nodes import Literal, Node
from mailhub.content.engine.program import Program, Rendered

# A fixed text, or the number of a hole.
Piece = str | int
Pieces = tuple[Piece, ...]
# A hole that stands for a whole part: its lines or its edges depend on all of it.
SUBJECT, TEXT = "subject", "text"


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a letter as fixed texts and holes; equal holes of one part have one number.

    `holes` are the nodes that fill them, in the order of their numbers, or the name of a whole part.
    """

    subject: Pieces
    html: Pieces
    text: Pieces
    holes: tuple[Node | str, ...]

    def written(self, pieces: Pieces, mark: Callable[[int], str]) -> str:
        """A part with `mark(number)` in the place of each hole."""
        return "".join([piece if isinstance(piece, str) else mark(piece) for piece in pieces])


def outline(program: Program) -> Outline:
    """What all letters of `program` share.

    With each person's `values` in the place of the holes it is what `program.render` gives, character
    by character.
    """
    holes = _Holes()
    subject = holes.whole(SUBJECT) if _varies(program.subject) else (_fixed(program, SUBJECT),)
    if program.tidy_text:
        # Which lines stay depends on the data, so the text is one value.
        text = holes.whole(TEXT) if _varies(program.text) else (plaintext.tidy(_joined(program.text)),)
    else:
        text = holes.pieces(program.text)
    return Outline(subject, holes.pieces(program.html), text, tuple(holes.nodes))


def values(
    program: Program,
    holes: tuple[Node | str, ...],
    data: Mapping[str, Any],
    *,
    rendered: Rendered,
    link: LinkMaker,
    pixel_url: str | None = None,
) -> tuple[str, ...]:
    """One person's text for each of an outline's `holes`; arguments as of `Program.render`.

    `rendered` is what that gave for the same person. Raises RenderError.
    """
    everything = {**data, "subject": rendered.subject, "preheader": rendered.preheader}
    frame = Frame(everything, {each.number: each for each in program.links}, link, pixel_url)
    parts = {SUBJECT: rendered.subject, TEXT: rendered.text}
    return tuple(parts[hole] if isinstance(hole, str) else hole.render(frame) for hole in holes)


class _Holes:
    """Numbers the nodes that are not the same for everybody."""

    def __init__(self) -> None:
        self.nodes: list[Node | str] = []

    def whole(self, part: str) -> Pieces:
        self.nodes.append(part)
        return (len(self.nodes) - 1,)

    def pieces(self, nodes: tuple[Node, ...]) -> Pieces:
        """Equal nodes of one part write the same: a link that stands there twice is one value."""
        known: dict[str, int] = {}
        found: list[Piece] = []
        for node in nodes:
            if isinstance(node, Literal):
                found.append(node.text)
                continue
            written = json.dumps(node.dump(), default=str)
            if written not in known:
                known[written] = len(self.nodes)
                self.nodes.append(node)
            found.append(known[written])
        return tuple(found)


def _varies(nodes: tuple[Node, ...]) -> bool:
    return not all(isinstance(node, Literal) for node in nodes)


def _joined(nodes: tuple[Node, ...]) -> str:
    return "".join([node.text for node in nodes if isinstance(node, Literal)])


def _fixed(program: Program, part: str) -> str:
    """A part without holes, as rendering gives it: the data do not matter."""
    bare = Program(program.locale, program.subject, (), (), (), ())
    return str(getattr(bare.render({}, link=lambda link, values: ""), part))

"""What is known of all letters before the first is written, and the nodes with that put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any

from liquid.stringify import to_liquid_string

from mailhub.content.engine.frame import Frame
from mailhub.content.engine.nodes import PIXEL, Hole, LinkHole, Literal, Node, Pixel
from mailhub.content.problems import RenderError


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a short text of the letter (a token, say) that may stand in several of its chunks."""

    number: int


# Fixed text and slots, one after the other.
Text = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`values` are merge data that are the same for everybody, by their first name.

    `texts` are the ones made of fixed text and slots (`unsubscribe_url`), `links` the addresses of links
    without values, by number, `pixel` that of the pixel (empty: there is none). What is not among them is
    asked for letter by letter. What comes into a slot must be safe in HTML as it is.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    links: Mapping[int, Text] = field(default_factory=dict)
    pixel: Text | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Text of the plan within a part."""

    text: Text


Planned = Node | Fixed


def carry_out(plan: Plan, nodes: Sequence[Node], *, markup: bool) -> tuple[Planned, ...]:
    """The nodes with what the plan knows as `Fixed`; neighbours of that kind are one."""
    known = (_known(plan, node, markup=markup) for node in nodes)
    planned: list[Planned] = []
    for fixed, group in groupby(known, key=lambda node: isinstance(node, Fixed)):
        if fixed:
            texts = (node.text for node in group if isinstance(node, Fixed))
            planned.append(Fixed(tuple(_joined(piece for text in texts for piece in text))))
        else:
            planned.extend(group)
    return tuple(planned)


def _known(plan: Plan, node: Node, *, markup: bool) -> Planned:
    if isinstance(node, Literal):
        return Fixed((node.text,))
    if isinstance(node, Pixel) and plan.pixel is not None:
        before, after = PIXEL.split("{url}")
        return Fixed((before, *_escaped(plan.pixel, escape), after) if plan.pixel else ())
    if isinstance(node, LinkHole) and not node.values and node.number in plan.links:
        text = plan.links[node.number]
        return Fixed(_escaped(text, escape) if markup else text)
    if isinstance(node, Hole):
        return _known_hole(plan, node, markup=markup)
    return node


def _known_hole(plan: Plan, node: Hole, *, markup: bool) -> Planned:
    name = node.path[0]
    if name in plan.texts and len(node.path) == 1 and not node.calls:
        # Holes are escaped by the engine, in its own spelling.
        return Fixed(_escaped(plan.texts[name], lambda text: to_liquid_string(text, markup)))
    if name not in plan.values:
        return node
    try:
        return Fixed((node.render(Frame(plan.values, {}, lambda link, values: "")),))
    except RenderError:
        return node


def _escaped(text: Text, escape: Callable[[str], str]) -> Text:
    return tuple(escape(piece) if isinstance(piece, str) else piece for piece in text)


def _joined(pieces: Iterator[str | Slot]) -> Iterator[str | Slot]:
    for fixed, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if fixed:
            yield "".join(piece for piece in group if isinstance(piece, str))
        else:
            yield from group

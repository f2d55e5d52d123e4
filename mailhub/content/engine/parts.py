"""Compiles the Liquid of one part to nodes: what is simple becomes data, the rest stays with the engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.arguments import KeywordArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.primitive import Nil
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode

from mailhub.content.engine import conditions, pieces
from mailhub.content.engine.conditions import LITERALS, Tree
from mailhub.content.engine.environment import HTML, PLAIN, LetterEnvironment
from mailhub.content.engine.nodes import Condition, Hole, LinkHole, Liquid, Literal, Node, Pixel
from mailhub.content.engine.pieces import Block, Piece
from mailhub.content.engine.quick import Call

# Tags whose effect reaches beyond themselves: from the first on, a part is one Liquid node.
SHARED = frozenset({"assign", "capture", "increment", "decrement", "cycle", "ifchanged", "liquid"})


def compile_part(source: str, *, markup: bool) -> tuple[Node, ...]:
    """The nodes of a Liquid source that was checked; `markup` for HTML, whose values are escaped."""
    return Compiler(markup=markup).part(source)


class Compiler:
    """Turns nested pieces to nodes for one environment."""

    def __init__(self, *, markup: bool) -> None:
        self.markup = markup
        self.environment: LetterEnvironment = HTML if markup else PLAIN

    def part(self, source: str) -> tuple[Node, ...]:
        tree = pieces.nest(pieces.split(source))
        shared = next((at for at, node in enumerate(tree) if _shares(node)), len(tree))
        nodes = list(self.nodes(tree[:shared]))
        if shared < len(tree):
            nodes.append(Liquid(pieces.join(tree[shared:]), self.environment))
        return _merge(nodes)

    def nodes(self, tree: Iterable[pieces.Node]) -> Iterator[Node]:
        for node in tree:
            if isinstance(node, Block):
                yield from self.block(node)
            elif node.kind in ("text", "raw"):
                yield Literal(node.text)
            elif node.kind == "output":
                yield self.output(node.expression, self.environment)
            else:
                yield self.tag(node)

    def tag(self, piece: Piece) -> Node:
        if piece.name == "_pixel":
            return Pixel()
        if piece.name == "_link":
            number, *expressions = json.loads(piece.expression)
            values = tuple(self.output(expression, PLAIN) for expression in expressions)
            return LinkHole(number, values, self.markup)
        return Liquid(piece.source, self.environment)

    def output(self, expression: str, environment: LetterEnvironment) -> Hole | Liquid:
        """A hole when it is a path with filters whose arguments are literals; else the engine's."""
        source = f"{{{{ {expression} }}}}"
        node = environment.from_string(source).nodes[0]
        if isinstance(node, OutputNode) and isinstance(node.expression, FilteredExpression):
            left = node.expression.left
            path = conditions.simple_path(left) if isinstance(left, Path) else None
            calls = [_call(each, environment) for each in node.expression.filters or []]
            if path and all(calls):
                return Hole(path, tuple(call for call in calls if call), environment)
        return Liquid(source, environment)

    def block(self, block: Block) -> Iterator[Node]:
        """The nodes of a block; none for one that never shows anything but whitespace."""
        template = self.environment.from_string(block.source)
        if all(node.blank for node in template.nodes):
            return
        branches = self.branches(block) if block.opener.name in ("if", "unless") else None
        yield Condition(branches) if branches else Liquid(block.source, self.environment)

    def branches(self, block: Block) -> tuple[tuple[Tree, tuple[Node, ...]], ...] | None:
        found = []
        for opener, body in _split_branches(block):
            condition = self.condition(opener)
            if condition is None:
                return None
            found.append((condition, _merge(self.nodes(body))))
        return tuple(found)

    def condition(self, piece: Piece) -> Tree | None:
        if piece.name == "else":
            return ["value", True]
        parsed = self.environment.from_string(f"{{% if {piece.expression} %}}{{% endif %}}").nodes[0]
        tree = conditions.translate(parsed.condition) if isinstance(parsed, IfNode) else None
        return ["not", tree] if tree and piece.name == "unless" else tree


def _split_branches(block: Block) -> list[tuple[Piece, list[pieces.Node]]]:
    found: list[tuple[Piece, list[pieces.Node]]] = [(block.opener, [])]
    for node in block.body:
        if isinstance(node, Piece) and node.name in ("elsif", "else"):
            found.append((node, []))
        else:
            found[-1][1].append(node)
    return found


def _call(filter_: Filter, environment: LetterEnvironment) -> Call | None:
    """A filter as data, or None when one of its arguments is not a literal."""
    positional: list[object] = []
    named: dict[str, object] = {}
    if getattr(environment.filters[filter_.name], "with_context", False):
        return None
    for argument in filter_.args:
        if not isinstance(argument.value, (*LITERALS, Nil)):
            return None
        value = None if isinstance(argument.value, Nil) else argument.value.value
        if isinstance(argument, KeywordArgument):
            named[argument.name] = value
        else:
            positional.append(value)
    return filter_.name, positional, named


def _shares(node: pieces.Node) -> bool:
    if isinstance(node, Block):
        resumes = node.opener.name == "for" and "continue" in node.opener.expression
        return resumes or node.opener.name in SHARED or any(_shares(each) for each in node.body)
    return node.kind == "tag" and node.name in SHARED


def _merge(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes with neighbouring literals made one."""
    merged: list[Node] = []
    for literal, group in groupby(nodes, key=lambda node: isinstance(node, Literal)):
        if literal:
            merged.append(Literal("".join(node.text for node in group if isinstance(node, Literal))))
        else:
            merged.extend(group)
    return tuple(merged)

"""Which values of a person a compiled letter shows, and what stands there when one is empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mailhub.content.engine import Program
from mailhub.content.engine.nodes import Condition, Hole, LinkHole, Liquid, Node

OUTPUT = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
CONDITION = re.compile(r"\{%-?\s*(?:if|unless|elsif|case)\b(.*?)-?%\}", re.DOTALL)
NAME = re.compile(r"\bcontact\.(?:custom\.)?(\w+)")
DEFAULT = re.compile(r"\|\s*default\s*:")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows `field` of the contact. `default` is None when nothing stands in for it."""

    field: str
    default: str | None


def uses(program: Program) -> list[Use]:
    """Every place of the letter that shows a value of the person and would leave a gap or its default.

    A place within a condition about the same value shows it only when it is there, and is left out.
    """
    parts = (program.subject, program.preheader, program.html, program.text)
    return [use for part in parts for use in _walk(part, frozenset())]


def _walk(nodes: Iterable[Node], asked: frozenset[str]) -> Iterator[Use]:
    for node in nodes:
        if isinstance(node, Hole):
            yield from _hole(node, asked)
        elif isinstance(node, LinkHole):
            yield from _walk(node.values, asked)
        elif isinstance(node, Condition):
            about = asked | {name for tree, _ in node.branches for name in _names(tree)}
            for _, inside in node.branches:
                yield from _walk(inside, about)
        elif isinstance(node, Liquid):
            yield from _liquid(node.source, asked)


def _hole(node: Hole, asked: frozenset[str]) -> Iterator[Use]:
    field = _field(node.path)
    if not field or field in asked:
        return
    given = [arguments for name, arguments, _ in node.calls if name == "default"]
    yield Use(field, str(given[0][0]) if given and given[0] else None)


def _liquid(source: str, asked: frozenset[str]) -> Iterator[Use]:
    """What only the engine can render is judged by its words."""
    about = asked | {name for found in CONDITION.findall(source) for name in NAME.findall(found)}
    for output in OUTPUT.findall(source):
        for name in NAME.findall(output):
            if name not in about and not DEFAULT.search(output):
                yield Use(name, None)


def _field(path: tuple[str, ...]) -> str:
    """first_name for contact.first_name, city for contact.custom.city; "" for what is not of the person."""
    names = [name for name in path if name != "custom"]
    return names[1] if path[0] == "contact" and len(names) == 2 else ""


def _names(tree: Any) -> Iterator[str]:
    """The fields of the contact that a condition asks for."""
    if isinstance(tree, list) and tree:
        if tree[0] == "get" and len(tree) > 1:
            yield _field(tuple(tree[1:]))
        else:
            for part in tree[1:]:
                yield from _names(part)

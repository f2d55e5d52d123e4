"""The kinds of node that a compiled letter is made of, each with its JSON form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any, Protocol
from urllib.parse import unquote

from django.utils.translation import gettext as _
from liquid import BoundTemplate
from liquid.exceptions import LiquidError
from liquid.stringify import to_liquid_string
from markupsafe import Markup

from mailhub.content.engine import conditions, quick
from mailhub.content.engine.environment import (
    HTML,
    MARK_BETWEEN,
    MARK_END,
    MARK_START,
    PIXEL_MARK,
    PLAIN,
    LetterEnvironment,
)
from mailhub.content.engine.frame import Frame, clean, lookup
from mailhub.content.engine.quick import Call, TextFilter
from mailhub.content.problems import RenderError

MARK = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")
PIXEL = (
    '<img src="{url}" width="1" height="1" alt="" '
    'style="display:block;width:1px;height:1px;border:0;opacity:0" />'
)
# What the engine and its filters raise when values are not of the kind that they expect.
ENGINE_ERRORS = (
    LiquidError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
Test = Callable[[Mapping[str, Any]], bool]
Json = Any


class Node(Protocol):
    """Writes its share of a part. Raises RenderError when it cannot for these data."""

    def render(self, frame: Frame) -> str: ...

    def dump(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class Literal:
    text: str

    def render(self, frame: Frame) -> str:
        return self.text

    def dump(self) -> Json:
        return self.text


@dataclass(frozen=True, slots=True)
class Hole:
    """A value of the merge data, sent through filters whose arguments are known."""

    path: tuple[str, ...]
    calls: tuple[Call, ...]
    environment: LetterEnvironment = field(compare=False, repr=False)
    functions: tuple[Callable[[Any], Any], ...] = field(init=False, compare=False, repr=False)
    quick: tuple[TextFilter, ...] | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quick", quick.functions(self.calls, markup=self.environment.autoescape))
        bound = tuple(_bind(self.environment, call) for call in self.calls)
        object.__setattr__(self, "functions", bound)

    def value(self, frame: Frame) -> Any:
        return self.filtered(lookup(frame.data, self.path))

    def filtered(self, value: Any) -> Any:
        """`value`, which is clean, as the filters leave it."""
        if self.quick is not None and quick.is_ordinary(value):
            for function in self.quick:
                value = function(value)
            return value
        try:
            for function in self.functions:
                value = function(value)
        except ENGINE_ERRORS as error:
            raise render_error(error, f"{{{{ {'.'.join(self.path)} }}}}") from error
        return value

    def render(self, frame: Frame) -> str:
        return to_liquid_string(self.value(frame), self.environment.autoescape)

    def dump(self) -> Json:
        return {"get": list(self.path), "filters": [list(call) for call in self.calls]}


@dataclass(frozen=True, slots=True)
class Condition:
    """The first branch whose condition holds; `["value", true]` is the one of else."""

    branches: tuple[tuple[conditions.Tree, tuple[Node, ...]], ...]
    tests: tuple[tuple[Test, tuple[Node, ...]], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        tests = tuple((_test(conditions.judge(tree)), nodes) for tree, nodes in self.branches)
        object.__setattr__(self, "tests", tests)

    def render(self, frame: Frame) -> str:
        for test, nodes in self.tests:
            if test(frame.data):
                return "".join([node.render(frame) for node in nodes])
        return ""

    def dump(self) -> Json:
        return {"if": [[tree, dump(nodes)] for tree, nodes in self.branches]}


@dataclass(frozen=True, slots=True)
class Liquid:
    """What only the engine can render: its source, and the template that it is parsed to."""

    source: str
    environment: LetterEnvironment = field(compare=False, repr=False)
    template: BoundTemplate = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "template", self.environment.from_string(self.source))

    def render(self, frame: Frame) -> str:
        try:
            text = self.template.render(frame.plain)
        except ENGINE_ERRORS as error:
            raise render_error(error, self.source) from error
        return MARK.sub(partial(self._resolve, frame), text) if MARK_START in text else text

    def _resolve(self, frame: Frame, mark: re.Match[str]) -> str:
        name, *values = mark.group(1).split(MARK_BETWEEN)
        if name == PIXEL_MARK:
            return Pixel().render(frame)
        url = frame.make_link(int(name), tuple(unquote(value) for value in values))
        return escape(url) if self.environment.autoescape else url

    def dump(self) -> Json:
        return {"liquid": self.source}


@dataclass(frozen=True, slots=True)
class LinkHole:
    """A tracked link: its number, and the values of the holes of its address."""

    number: int
    values: tuple[Hole | Liquid, ...]
    markup: bool

    def render(self, frame: Frame) -> str:
        url = frame.urls.get(self.number)
        if url is None:
            values = tuple([self._text(value, frame) for value in self.values])
            url = frame.urls[self.number] = frame.make_link(self.number, values)
        return escape(url) if self.markup else url

    @staticmethod
    def _text(value: Hole | Liquid, frame: Frame) -> str:
        # Built in the plain environment: what is URL-encoded later must not be HTML-escaped before.
        return clean(value.render(frame))

    def dump(self) -> Json:
        return {"link": self.number, "values": dump(self.values)}


@dataclass(frozen=True, slots=True)
class Pixel:
    """Where the system puts the tracking pixel, when there is one."""

    def render(self, frame: Frame) -> str:
        return PIXEL.format(url=escape(frame.pixel_url)) if frame.pixel_url else ""

    def dump(self) -> Json:
        return {"system": "pixel"}


def dump(nodes: Sequence[Node]) -> list[Json]:
    return [node.dump() for node in nodes]


def load(stored: Sequence[Json], *, markup: bool) -> tuple[Node, ...]:
    """The nodes that `dump` wrote down; `markup` for HTML, which is escaped."""
    return tuple(_load(each, markup=markup) for each in stored)


def _load(stored: Json, *, markup: bool) -> Node:
    environment = HTML if markup else PLAIN
    if isinstance(stored, str):
        return Literal(stored)
    if "get" in stored:
        calls = tuple((name, list(given), dict(named)) for name, given, named in stored["filters"])
        return Hole(tuple(stored["get"]), calls, environment)
    if "if" in stored:
        return Condition(tuple((tree, load(nodes, markup=markup)) for tree, nodes in stored["if"]))
    if "link" in stored:
        values = load(stored["values"], markup=False)
        return LinkHole(stored["link"], tuple(v for v in values if isinstance(v, (Hole, Liquid))), markup)
    return Liquid(stored["liquid"], environment) if "liquid" in stored else Pixel()


def _bind(environment: LetterEnvironment, call: Call) -> Callable[[Any], Any]:
    name, given, named = call
    function = environment.filters[name]
    positional = [_literal(value, environment) for value in given]
    options = {key: _literal(value, environment) for key, value in named.items()}
    if getattr(function, "with_environment", False):
        options["environment"] = environment
    return lambda value: function(value, *positional, **options)


def _literal(value: Any, environment: LetterEnvironment) -> Any:
    """What stands in the letter's source is its author's markup; JSON has forgotten that."""
    return Markup(value) if environment.autoescape and isinstance(value, str) else value


def _test(judge: Test) -> Test:
    def holds(data: Mapping[str, Any]) -> bool:
        try:
            return judge(data)
        except ENGINE_ERRORS as error:
            raise render_error(error, "if") from error

    return holds


def render_error(error: Exception, source: str) -> RenderError:
    """The engine's complaint as a sentence for the ledger."""
    message = error.message if isinstance(error, LiquidError) else error
    shown = source if len(source) <= 60 else f"{source[:57]}…"
    return RenderError(
        _("“%(shown)s” cannot be written for this person: %(message)s.")
        % {"shown": shown, "message": message}
    )

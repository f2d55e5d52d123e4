"""The sandbox in which Liquid runs, for HTML and for plain text: its limits, its tags, its filters."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import wraps
from typing import Any, TextIO
from urllib.parse import quote

from liquid import Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, tokenize
from liquid.exceptions import ResourceLimitError
from liquid.expression import Expression
from liquid.filter import int_arg
from liquid.stream import TokenStream
from liquid.stringify import to_liquid_string
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

MAX_LOOPS = 10_000
MAX_OUTPUT_BYTES = 1_000_000
MAX_NAMES_BYTES = 1_000_000
MAX_VALUE = 200_000
# Marks that a Liquid node leaves in its output; no value can hold them, see frame.clean().
MARK_START, MARK_BETWEEN, MARK_END = "\x02", "\x1f", "\x03"
PIXEL_MARK = "pixel"
# `tablerow` writes rows and cells of its own, which no layout has seen.
NO_TAGS = ("include", "render", "tablerow")
# `safe` would let a contact's own data be HTML; letters have no scripts to escape for.
NO_FILTERS = ("safe", "escapejs")
MARKUP_FILTERS = ("escape", "escape_once", "newline_to_br")
DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "XAF": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}

TAGS = (
    "assign", "break", "capture", "case", "comment", "continue", "cycle", "decrement", "doc", "echo", "for",
    "if", "ifchanged", "increment", "liquid", "raw", "unless", "#",
)  # fmt: skip
Filter = Callable[..., Any]


class LinkNode(Node):
    """Writes a link's number and the values of its holes between marks."""

    def __init__(self, token: Token, number: int, values: list[Expression]) -> None:
        super().__init__(token)
        self.number = number
        self.values = values
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        values = (to_liquid_string(value.evaluate(context), False) for value in self.values)
        return buffer.write(mark(str(self.number), *values))

    def expressions(self) -> Iterable[Expression]:
        return self.values


class LinkTag(Tag):
    """`{% _link [3, "contact.id"] %}`: the compiler's own; a letter that uses it is refused."""

    name = "_link"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        expression = stream.expect(TOKEN_EXPRESSION)
        number, *values = json.loads(expression.value)
        return LinkNode(token, number, [self._value(text, expression) for text in values])

    def _value(self, text: str, parent: Token) -> Expression:
        return FilteredExpression.parse(self.env, TokenStream(tokenize(text, parent)))


class PixelNode(Node):
    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(mark(PIXEL_MARK))


class PixelTag(Tag):
    """`{% _pixel %}`: where the tracking pixel goes; the compiler's own."""

    name = "_pixel"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        return PixelNode(stream.expect(TOKEN_TAG))


def mark(name: str, *values: str) -> str:
    return MARK_START + MARK_BETWEEN.join([name, *(quote(value, safe="") for value in values)]) + MARK_END


class LetterEnvironment(Environment):
    """Strict Liquid over plain data. Nothing can be loaded, and loops, output and values are limited."""

    loop_iteration_limit = MAX_LOOPS
    output_stream_limit = MAX_OUTPUT_BYTES
    local_namespace_limit = MAX_NAMES_BYTES

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        for tag in NO_TAGS:
            del self.tags[tag]
        for name in NO_FILTERS:
            del self.filters[name]
        if not self.autoescape:
            self.filters.update(dict.fromkeys(MARKUP_FILTERS, _as_it_is))
        self.filters["money"] = money
        self.filters = {name: _limited(name, function) for name, function in self.filters.items()}
        self.add_tag(LinkTag)
        self.add_tag(PixelTag)


def money(amount: object, currency: object = "") -> str:
    """Minor units as an amount: `1250 | money: "EUR"` is `12.50 EUR` (decimals as in ISO 4217)."""
    if amount is None or amount == "":
        return ""
    code = str(currency).upper()
    decimals = DECIMALS.get(code, 2)
    value = Decimal(int_arg(amount)).scaleb(-decimals)
    return f"{value:,.{decimals}f} {code}".strip()


def _as_it_is(value: object) -> object:
    """Plain text has no markup to escape."""
    return "" if value is None else str(value)


def _limited(name: str, function: Filter) -> Filter:
    """The filter, refusing values that would eat the worker's memory before they are made."""

    @wraps(function)
    def limited(value: Any, *arguments: Any, **options: Any) -> Any:
        sizes = [_size(each) for each in (value, *arguments)]
        if name.startswith("replace") and len(arguments) > 1:
            times = str(value).count(str(arguments[0]))
            sizes.append(times * _size(arguments[1]))
        if sum(sizes) > MAX_VALUE:
            raise ResourceLimitError(f"a value given to “{name}” is too large", token=None)
        return function(value, *arguments, **options)

    return limited


def _size(value: object) -> int:
    return len(value) if isinstance(value, (str, list, tuple, range, dict)) else 1


def accepts(function: Filter, *, positional: int, keywords: Iterable[str]) -> bool:
    """Whether a filter can be called with a value and so many arguments."""
    own = [name for name in ("environment", "context") if getattr(function, f"with_{name}", False)]
    try:
        inspect.signature(function).bind(*range(positional + 1), **dict.fromkeys([*keywords, *own]))
    except TypeError:
        return False
    return True


HTML = LetterEnvironment(autoescape=True)
PLAIN = LetterEnvironment(autoescape=False)
FILTERS = tuple(sorted(HTML.filters))

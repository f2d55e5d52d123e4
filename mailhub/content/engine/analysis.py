"""Finds what is wrong in a letter's Liquid without rendering it: syntax, names, filters, tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.arguments import KeywordArgument
from liquid.builtin.expressions.filtered import Filter
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.static_analysis import Variable

from mailhub.content.engine import mjml, pieces
from mailhub.content.engine.environment import FILTERS, HTML, TAGS, accepts
from mailhub.content.engine.pieces import BLOCKS, BRANCHES, Piece
from mailhub.content.problems import Part, Problem, SourceError, locate, suggest
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource

MAX_SOURCE = 500_000


def problems(variant: VariantSource, schema: Schema) -> list[Problem]:
    """Everything that static analysis finds, in the order of the parts."""
    parts: list[tuple[Part, str, Schema]] = [
        ("subject", variant.subject, schema.without("subject", "preheader")),
        ("preheader", variant.preheader, schema.without("preheader")),
        ("body", variant.body, schema),
        ("text", variant.text, schema),
    ]
    found: list[Problem] = []
    for part, source, names in parts:
        errors = list(_errors(source, names))
        if part == "body" and variant.kind == "mjml":
            errors += mjml.errors(source)
        if part in ("subject", "body") and not source.strip():
            errors.append(SourceError(f"the {part} is empty", offset=0))
        errors.sort(key=lambda error: error.offset)
        found += [locate(part, source, offset=error.offset, message=error.message) for error in errors]
    return found


def _errors(source: str, schema: Schema) -> Iterator[SourceError]:
    if len(source) > MAX_SOURCE:
        yield SourceError(f"it is longer than {MAX_SOURCE:,} characters", offset=MAX_SOURCE)
        return
    try:
        cut = pieces.split(source)
        unknown = [error for piece in cut if (error := _tag_error(piece))]
        syntax = unknown or [error for piece in cut if (error := _syntax_error(piece, source))]
        if not syntax:
            pieces.nest(cut)
    except SourceError as error:
        syntax = [error]
    if syntax:
        yield from syntax
        return
    try:
        template = HTML.from_string(source)
    except LiquidError as error:
        offset = error.token.start_index if error.token and error.token.start_index >= 0 else 0
        yield SourceError(str(error.message), offset=offset)
        return
    yield from _name_errors(template, schema)
    yield from _filter_errors(template)


def _tag_error(piece: Piece) -> SourceError | None:
    name = piece.name
    known = name in TAGS or name in BRANCHES or (name.startswith("end") and name[3:] in BLOCKS)
    if piece.kind != "tag" or known or piece.name == "endtablerow":
        return None
    if piece.name == "tablerow":
        return SourceError(
            "“tablerow” is not allowed; write the rows and cells with “for”", offset=piece.start
        )
    return SourceError(f"there is no tag “{name}”{suggest(name, TAGS)}", offset=piece.start)


def _syntax_error(piece: Piece, source: str) -> SourceError | None:
    """What the engine says of one piece alone; without a position of its own it is the piece's."""
    sample = _sample(piece)
    if not sample:
        return None
    try:
        HTML.from_string(sample)
    except LiquidError as error:
        offset = piece.start
        index = error.token.start_index if error.token else -1
        begin = sample.find(piece.expression)
        if piece.expression and begin <= index < begin + len(piece.expression):
            offset = source.find(piece.expression, piece.start) + index - begin
        return SourceError(f"{error.message} in “{piece.text}”", offset=offset)
    return None


def _sample(piece: Piece) -> str:
    """The piece as a template of its own, "" when it says nothing by itself."""
    if piece.kind == "output":
        return piece.text
    if piece.name in ("elsif", "when"):
        outer = "if true" if piece.name == "elsif" else "case 1"
        return f"{{% {outer} %}}{piece.text}{{% end{outer.split()[0]} %}}"
    if piece.name == "case":
        return f"{piece.text}{{% when 1 %}}{{% endcase %}}"
    if piece.name in BLOCKS:
        return f"{piece.text}{{% end{piece.name} %}}"
    standing = piece.kind == "tag" and piece.name in TAGS and piece.name not in ("break", "continue")
    return piece.text if standing else ""


def _name_errors(template: BoundTemplate, schema: Schema) -> Iterator[SourceError]:
    for variables in template.analyze(include_partials=False).globals.values():
        for variable in variables:
            if not schema.knows(variable.segments):
                yield SourceError(_unknown(variable, schema), offset=variable.span.index)


def _unknown(variable: Variable, schema: Schema) -> str:
    name = str(variable)
    if not all(isinstance(segment, str) for segment in variable.segments):
        return (
            f"which value “{name}” is cannot be checked; write its name, in quotation marks within brackets"
        )
    if values := schema.values_of(".".join(map(str, variable.segments))):
        return f"“{name}” is a group of values and no value; write one of them, such as “{values[0]}”"
    return f"there is no “{name}”{suggest(name, schema.names)}"


def _filter_errors(template: BoundTemplate) -> Iterator[SourceError]:
    for each in _filters(template):
        offset = each.token.start_index
        if each.name not in FILTERS:
            yield SourceError(f"there is no filter “{each.name}”{suggest(each.name, FILTERS)}", offset=offset)
            continue
        named = [given.name for given in each.args if isinstance(given, KeywordArgument)]
        positional = len(each.args) - len(named)
        if not accepts(HTML.filters[each.name], positional=positional, keywords=named):
            yield SourceError(f"the filter “{each.name}” does not take these arguments", offset=offset)


def _filters(template: BoundTemplate) -> Iterator[Filter]:
    context = RenderContext(template)
    waiting: list[Node] = list(template.nodes)
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children(context, include_partials=False))
        yield from _used(node.expressions())


def _used(expressions: Iterable[Expression]) -> Iterator[Filter]:
    for expression in expressions:
        if isinstance(expression, FilteredExpression):
            yield from expression.filters or []
        yield from _used(expression.children())

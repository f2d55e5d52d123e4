"""Finds what is wrong in a letter's Liquid without rendering it: syntax, names, filters, tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
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
from mailhub.content.problems import Part, Problem, SourceError, locate, nearest
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource

MAX_SOURCE = 500_000
EMPTY: dict[Part, Promise] = {"subject": _("The subject is empty."), "body": _("The body is empty.")}


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
        if part in EMPTY and not source.strip():
            errors.append(SourceError(EMPTY[part], offset=0))
        errors.sort(key=lambda error: error.offset)
        found += [locate(part, source, error) for error in errors]
    return found


def _errors(source: str, schema: Schema) -> Iterator[SourceError]:
    if len(source) > MAX_SOURCE:
        sentence = _("It is longer than %(most)s characters.")
        yield SourceError(sentence, offset=MAX_SOURCE, most=f"{MAX_SOURCE:,}")
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
        yield SourceError(_("Liquid cannot be read here: %(reason)s."), offset=offset, reason=error.message)
        return
    yield from _name_errors(template, schema)
    yield from _filter_errors(template)


def _tag_error(piece: Piece) -> SourceError | None:
    name = piece.name
    known = name in TAGS or name in BRANCHES or (name.startswith("end") and name[3:] in BLOCKS)
    if piece.kind != "tag" or known or piece.name == "endtablerow":
        return None
    if piece.name == "tablerow":
        sentence = _("“tablerow” is not allowed; write the rows and cells with “for”.")
        return SourceError(sentence, offset=piece.start)
    sentence, near = _("There is no tag “%(name)s”."), nearest(name, TAGS)
    if near:
        sentence = _("There is no tag “%(name)s”; did you mean “%(near)s”?")
    return SourceError(sentence, offset=piece.start, name=name, near=near)


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
        sentence = _("“%(piece)s” cannot be read: %(reason)s.")
        return SourceError(sentence, offset=offset, piece=piece.text, reason=error.message)
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
                yield _unknown(variable, schema)


def _unknown(variable: Variable, schema: Schema) -> SourceError:
    name, offset = str(variable), variable.span.index
    if not all(isinstance(segment, str) for segment in variable.segments):
        sentence = _(
            "Which value “%(name)s” is cannot be checked; write its name, in quotation marks within brackets."
        )
        return SourceError(sentence, offset=offset, name=name)
    if values := schema.values_of(".".join(map(str, variable.segments))):
        sentence = _("“%(name)s” is a group of values and no value; write one of them, such as “%(value)s”.")
        return SourceError(sentence, offset=offset, name=name, value=values[0])
    sentence, near = _("There is no “%(name)s”."), nearest(name, schema.names)
    if near:
        sentence = _("There is no “%(name)s”; did you mean “%(near)s”?")
    return SourceError(sentence, offset=offset, name=name, near=near)


def _filter_errors(template: BoundTemplate) -> Iterator[SourceError]:
    for each in _filters(template):
        offset = each.token.start_index
        if each.name not in FILTERS:
            sentence, near = _("There is no filter “%(name)s”."), nearest(each.name, FILTERS)
            if near:
                sentence = _("There is no filter “%(name)s”; did you mean “%(near)s”?")
            yield SourceError(sentence, offset=offset, name=each.name, near=near)
            continue
        named = [given.name for given in each.args if isinstance(given, KeywordArgument)]
        positional = len(each.args) - len(named)
        if not accepts(HTML.filters[each.name], positional=positional, keywords=named):
            sentence = _("The filter “%(name)s” does not take these arguments.")
            yield SourceError(sentence, offset=offset, name=each.name)


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

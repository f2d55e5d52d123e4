"""Reads MJML as XML, for the positions of its mistakes: the layout library gives none worth having."""

from __future__ import annotations

import re
from xml.parsers import expat

from mailhub.content.engine.plaintext import VOID
from mailhub.content.engine.shield import Place
from mailhub.content.problems import SourceError, suggest

LIQUID = re.compile(r"\{%-?\s*(raw|comment|doc)\b.*?\{%-?\s*end\1\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# Elements whose content is HTML or text, which need not be XML.
CONTENT = (
    "mj-text", "mj-button", "mj-table", "mj-raw", "mj-style", "mj-title", "mj-preview", "mj-navbar-link",
    "mj-accordion-title", "mj-accordion-text", "mj-social-element",
)  # fmt: skip
ELEMENTS = frozenset(CONTENT) | {
    "mjml", "mj-head", "mj-body", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-font",
    "mj-html-attributes", "mj-selector", "mj-html-attribute", "mj-accordion", "mj-accordion-element",
    "mj-carousel", "mj-carousel-image", "mj-column", "mj-divider", "mj-group", "mj-hero", "mj-image",
    "mj-navbar", "mj-section", "mj-social", "mj-spacer", "mj-wrapper",
}  # fmt: skip
HTML_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)(?:[^"'>]|"[^"]*"|'[^']*')*?(/?)>""")
INSIDE = re.compile(
    rf"""(<({"|".join(CONTENT)})\b(?:[^"'>]|"[^"]*"|'[^']*')*(?<!/)>)(.*?)(?=</\2\s*>)""", re.DOTALL
)


def errors(source: str) -> list[SourceError]:
    """What is wrong with the elements of an MJML source: not well formed, or unknown."""
    shown = _mask(source)
    masked = INSIDE.sub(lambda found: found[1] + _blank(found[3]), shown)
    starts = [0, *(match.end() for match in re.finditer("\n", masked))]
    found = [error for inside in INSIDE.finditer(shown) if (error := _unclosed(inside))]
    parser = expat.ParserCreate()

    def opened(name: str, attributes: dict[str, str]) -> None:
        offset = starts[parser.CurrentLineNumber - 1] + parser.CurrentColumnNumber
        if error := _element_error(name, offset=offset, first=not seen):
            found.append(error)
        seen.append(name)

    seen: list[str] = []
    parser.StartElementHandler = opened
    try:
        parser.Parse(masked, True)
    except expat.ExpatError as error:
        offset = starts[min(error.lineno, len(starts)) - 1] + error.offset
        found.append(SourceError(f"MJML: {expat.ErrorString(error.code)}", offset=offset))
    return found


def _element_error(name: str, *, offset: int, first: bool) -> SourceError | None:
    if first and name != "mjml":
        return SourceError(f"MJML begins with “mjml”, not with “{name}”", offset=offset)
    if name == "mj-include":
        return SourceError("“mj-include” is not allowed: a letter holds all of its source", offset=offset)
    if name not in ELEMENTS:
        known = suggest(name, sorted(ELEMENTS))
        return SourceError(f"there is no MJML element “{name}”{known}", offset=offset)
    return None


def _unclosed(inside: re.Match[str]) -> SourceError | None:
    """The first HTML element in a content element that is not closed: the layout library wants all closed."""
    if inside[2] in ("mj-style", "mj-raw"):
        return None
    open_: list[tuple[str, int]] = []
    for tag in HTML_TAG.finditer(inside[3]):
        name = tag[2].lower()
        if tag[1] and open_ and open_[-1][0] == name:
            open_.pop()
        elif tag[1]:
            message = f"“/{name}” closes nothing here"
            return SourceError(f"MJML: {message}", offset=inside.start(3) + tag.start())
        elif name not in VOID and not tag[3]:
            open_.append((name, inside.start(3) + tag.start()))
    return SourceError(f"MJML: “{open_[-1][0]}” is never closed", offset=open_[-1][1]) if open_ else None


def _mask(source: str) -> str:
    """The source with its Liquid blanked, no character moved."""
    written: list[str] = []
    place = Place()
    position = 0
    for liquid in LIQUID.finditer(source):
        before = source[position : liquid.start()]
        place.pass_over(before)
        filler = _blank(liquid[0])
        written += [before, filler if place.state != "attribute" else filler.replace(" ", "x")]
        position = liquid.end()
    return "".join([*written, source[position:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)

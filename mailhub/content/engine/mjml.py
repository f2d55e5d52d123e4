"""Reads MJML as XML, for the positions of its mistakes: the layout library gives none worth having."""

from __future__ import annotations

import re
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from mailhub.content.engine.plaintext import VOID
from mailhub.content.engine.shield import Place
from mailhub.content.problems import SourceError, nearest

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
SECTIONS = frozenset({"mj-section", "mj-hero", "mj-raw"})
COLUMNS = frozenset({"mj-column", "mj-raw"})
WORDS = frozenset({
    "mj-accordion", "mj-button", "mj-carousel", "mj-divider", "mj-image", "mj-navbar", "mj-raw", "mj-social",
    "mj-spacer", "mj-table", "mj-text",
})  # fmt: skip
# What may stand directly in an element; the layout library writes anything else where no reader sees it.
CHILDREN = {
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-body": SECTIONS | {"mj-wrapper"},
    "mj-wrapper": SECTIONS,
    "mj-section": COLUMNS | {"mj-group"},
    "mj-group": COLUMNS,
    "mj-column": WORDS,
    "mj-hero": WORDS,
    "mj-social": frozenset({"mj-social-element", "mj-raw"}),
    "mj-navbar": frozenset({"mj-navbar-link", "mj-raw"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
    "mj-accordion": frozenset({"mj-accordion-element", "mj-raw"}),
    "mj-accordion-element": frozenset({"mj-accordion-title", "mj-accordion-text", "mj-raw"}),
}
HTML_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)(?:[^"'>]|"[^"]*"|'[^']*')*?(/?)>""")
BARE = re.compile(r"<(?![a-zA-Z/!])")
INSIDE = re.compile(
    rf"""(<({"|".join(CONTENT)})\b(?:[^"'>]|"[^"]*"|'[^']*')*(?<!/)>)(.*?)(?=</\2\s*>)""", re.DOTALL
)


def errors(source: str) -> list[SourceError]:
    """What is wrong with the elements of an MJML source: not well formed, unknown, or out of place."""
    shown = _mask(source)
    masked = INSIDE.sub(lambda found: found[1] + _blank(found[3]), shown)
    starts = [0, *(match.end() for match in re.finditer("\n", masked))]
    found = [error for inside in INSIDE.finditer(shown) if (error := _unreadable(inside))]
    outline = _Outline(starts)
    try:
        outline.parser.Parse(masked, True)
    except expat.ExpatError as error:
        offset = starts[min(error.lineno, len(starts)) - 1] + error.offset
        unread = SourceError(
            _("MJML cannot be read here: %(reason)s."), offset=offset, reason=expat.ErrorString(error.code)
        )
        return [*found, *outline.found, unread]
    if outline.seen[0] == "mjml" and "mj-body" not in outline.seen:
        outline.found.append(SourceError(_("MJML needs “mj-body”, and there is none."), offset=outline.first))
    return found + outline.found


class _Outline:
    """Reads the elements of a source, and finds the unknown ones and those that stand in a wrong place."""

    def __init__(self, starts: list[int]) -> None:
        self.starts = starts
        self.seen: list[str] = []
        self.open: list[str] = []
        self.found: list[SourceError] = []
        self.first = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = lambda name: self.open.pop()
        self.parser.CharacterDataHandler = self._text

    @property
    def _offset(self) -> int:
        return self.starts[self.parser.CurrentLineNumber - 1] + self.parser.CurrentColumnNumber

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        parent = self.open[-1] if self.open else ""
        if not self.seen:
            self.first = self._offset
        error = _element_error(name, offset=self._offset, first=not self.seen)
        if error is None and name not in CHILDREN.get(parent, ELEMENTS):
            error = _out_of_place(name, parent, offset=self._offset)
        if error:
            self.found.append(error)
        self.seen.append(name)
        self.open.append(name)

    def _text(self, text: str) -> None:
        if text.strip() and self.open[-1] in CHILDREN:
            offset = self._offset + len(text) - len(text.lstrip())
            sentence = _("Words cannot stand directly in “%(parent)s”; put them into “mj-text”.")
            self.found.append(SourceError(sentence, offset=offset, parent=self.open[-1]))


def _out_of_place(name: str, parent: str, *, offset: int) -> SourceError:
    home = next((home for home, children in CHILDREN.items() if name in children), "")
    sentence = _("“%(name)s” cannot stand directly in “%(parent)s”.")
    if home:
        sentence = _("“%(name)s” cannot stand directly in “%(parent)s”; it belongs in “%(home)s”.")
    return SourceError(sentence, offset=offset, name=name, parent=parent, home=home)


def _element_error(name: str, *, offset: int, first: bool) -> SourceError | None:
    if first and name != "mjml":
        return SourceError(_("MJML begins with “mjml”, not with “%(name)s”."), offset=offset, name=name)
    if name == "mj-include":
        sentence = _("“mj-include” is not allowed: a letter holds all of its source.")
        return SourceError(sentence, offset=offset)
    if name not in ELEMENTS:
        sentence, near = _("There is no MJML element “%(name)s”."), nearest(name, sorted(ELEMENTS))
        if near:
            sentence = _("There is no MJML element “%(name)s”; did you mean “%(near)s”?")
        return SourceError(sentence, offset=offset, name=name, near=near)
    return None


def _unreadable(inside: re.Match[str]) -> SourceError | None:
    """The first thing in a content element that the layout library cannot read: an HTML element that is
    not closed, an MJML element, a bare “<”.
    """
    if inside[2] in ("mj-style", "mj-raw"):
        return None
    if bare := BARE.search(HTML_TAG.sub(lambda tag: _blank(tag[0]), inside[3])):
        sentence = _("MJML wants “&lt;” for a “<” that begins no tag.")
        return SourceError(sentence, offset=inside.start(3) + bare.start())
    open_: list[tuple[str, int]] = []
    for tag in HTML_TAG.finditer(inside[3]):
        name = tag[2].lower()
        if name.startswith("mj-"):
            # The layout library leaves it as it stands, and no mail program knows it.
            sentence = _("“%(name)s” cannot stand within “%(parent)s”; put it before or after.")
            return SourceError(sentence, offset=inside.start(3) + tag.start(), name=name, parent=inside[2])
        if tag[1] and open_ and open_[-1][0] == name:
            open_.pop()
        elif tag[1]:
            sentence = _("“/%(name)s” closes nothing here, so MJML cannot be read.")
            return SourceError(sentence, offset=inside.start(3) + tag.start(), name=name)
        elif name not in VOID and not tag[3]:
            open_.append((name, inside.start(3) + tag.start()))
    if not open_:
        return None
    name, offset = open_[-1]
    return SourceError(_("“%(name)s” is never closed, so MJML cannot be read."), offset=offset, name=name)


def _mask(source: str) -> str:
    """The source with its Liquid blanked, no character moved."""
    written: list[str] = []
    place = Place()
    position = 0
    for liquid in LIQUID.finditer(source):
        before = source[position : liquid.start()]
        place.pass_over(before)
        filler = _blank(liquid[0])
        # A value is text, which cannot stand everywhere; what it is in an attribute does not matter.
        is_text = place.state == "attribute" or (place.between_elements and liquid[0].startswith("{{"))
        written += [before, filler.replace(" ", "x") if is_text else filler]
        position = liquid.end()
    return "".join([*written, source[position:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)

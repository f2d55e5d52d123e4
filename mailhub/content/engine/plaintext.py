"""Makes the text part of a letter from its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from mailhub.content.engine.shield import Shield

SKIPPED = frozenset({"head", "style", "script", "title", "template", "noscript"})
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"})
LINES = frozenset(
    {"div", "tr", "li", "section", "article", "header", "footer", "center", "dt", "dd", "address"}
)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SHOWN_SCHEMES = ("mailto:", "tel:", "sms:")
CELL = "\x1d"
SPACES = re.compile(r"[ \t\r\n\xa0\u200b\u200c\u200d\u034f\u2007\xad]+")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text of a document, and the addresses of the links that one sees in it."""

    text: str
    hrefs: tuple[str, ...]


def from_html(html: str, shield: Shield) -> PlainText:
    """Headings, paragraphs, lists, tables row by row, links as "text: address", images' alt texts.

    `html` still has its Liquid hidden and so has the answer; hidden elements are left out.
    """
    writer = _Writer(shield)
    writer.feed(html)
    writer.close()
    return PlainText(tidy("".join(writer.written)), tuple(writer.hrefs))


def tidy(text: str) -> str:
    """No spaces at the ends of lines, no empty cells, never more than one empty line."""
    lines = (_cells(line) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _cells(line: str) -> str:
    if CELL not in line:
        return line.rstrip()
    return " | ".join(cell.strip() for cell in line.split(CELL) if cell.strip())


class _Writer(HTMLParser):
    def __init__(self, shield: Shield) -> None:
        super().__init__(convert_charrefs=True)
        self.shield = shield
        self.written: list[str] = []
        self.lists: list[int | None] = []
        self.anchors: list[tuple[str, int]] = []
        self.hrefs: list[str] = []
        self.skipping = 0
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self._void(tag, given)
        elif self.skipping or tag in SKIPPED or "hidden" in given or HIDDEN.search(given.get("style", "")):
            self.skipping += 1
        else:
            self._open(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.skipping:
            self.skipping -= 1
        else:
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        if self.preformatted:
            self.written.append(data)
            return
        text = SPACES.sub(" ", data)
        if self._at_line_start():
            text = text.lstrip()
        if text:
            self.written.append(text)

    def handle_comment(self, data: str) -> None:
        # A Liquid tag counts even in what is left out: an assign in the head, say.
        if self.shield.word.fullmatch(data.strip()):
            self.written.append(data.strip())

    def _at_line_start(self) -> bool:
        """Liquid tags write nothing: what stands before them decides."""
        shown = (each for each in reversed(self.written) if not self.shield.is_tag(each))
        last = next(shown, "\n")
        return last.endswith(("\n", " ", CELL))

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if self.skipping:
            return
        if tag == "br":
            self.written.append("\n")
        elif tag == "hr":
            self.written.append("\n\n---\n\n")
        elif tag == "img" and given.get("alt", "").strip():
            self.written.append(given["alt"].strip())

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag in PARAGRAPHS:
            self._break(2 if tag != "table" and not self.lists else 1)
        elif tag in LINES:
            self._break(1)
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.written.append(self._bullet())
        elif tag == "a":
            self.anchors.append((given.get("href", "").strip(), len(self.written)))
        elif tag == "pre":
            self.preformatted += 1

    def _close(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.written.append(CELL)
        elif tag == "a" and self.anchors:
            self._address(*self.anchors.pop())
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.preformatted -= 1
        if tag in PARAGRAPHS:
            self._break(2 if tag != "table" and not self.lists else 1)
        elif tag in LINES:
            self._break(1)

    def _break(self, lines: int) -> None:
        end = "".join(self.written[-3:])[-2:] or "\n\n"
        missing = lines - (len(end) - len(end.rstrip("\n")))
        if missing > 0:
            self.written.append("\n" * missing)

    def _bullet(self) -> str:
        indent = "  " * max(0, len(self.lists) - 1)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def _address(self, href: str, start: int) -> None:
        """Writes the address behind the text of its link, unless the text is the address."""
        self.hrefs.append(href)
        text = SPACES.sub(" ", "".join(self.written[start:])).strip()
        bare = href
        for scheme in SHOWN_SCHEMES:
            bare = bare.removeprefix(scheme)
        if not href or href.startswith(("#", "data:", "javascript:")) or text == bare:
            return
        if text:
            self.written.append(f": {href}")
        else:
            self.written.append(href)

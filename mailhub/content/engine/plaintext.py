"""Makes the text part of a letter from its HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from mailhub.content.engine.shield import Shield

SKIPPED = frozenset({"head", "style", "script", "title", "template", "noscript"})
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"})
LINES = frozenset(
    {"div", "tr", "li", "section", "article", "header", "footer", "center", "dt", "dd", "address"}
)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SHOWN_SCHEMES = ("mailto:", "tel:", "sms:")
# What stands between words, until `tidy` knows what Liquid wrote between them; no value can hold it.
SPACE, LINE, CELL, PARAGRAPH = "\x1a", "\x1c", "\x1d", "\x1e"
SPACES = re.compile("[ \t\r\n\xa0\u200b\u200c\u200d\u034f\u2007\xad\x1a\x1c-\x1e]+")
GAP = re.compile(f"[{SPACE}{LINE}{PARAGRAPH}\n]+")
WEB = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link that is being read: its address, and what was written and pictured before it."""

    href: str
    start: int
    pictures: int


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link that shows something: its text ("" for none but a picture), whose Liquid is hidden."""

    href: str
    text: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class PlainText:
    """The untidied text of a document, and the links that one sees in it.

    `text` is to be tidied: before its Liquid is rendered when that writes no lines, else afterwards.
    """

    text: str
    links: tuple[SeenLink, ...]


def from_html(html: str, shield: Shield, *, addresses: Mapping[str, str] | None = None) -> PlainText:
    """Headings, paragraphs, lists, tables row by row, links as "text: address", images' alt texts.

    `html` still has its Liquid hidden and so has the answer; hidden elements are left out. `addresses`
    are the addresses, as the author wrote them, that the words of tracked links stand for.
    """
    writer = _Writer(shield, addresses or {})
    writer.feed(html)
    writer.close()
    return PlainText("".join(writer.written), tuple(writer.links))


def tidy(text: str) -> str:
    """Spaces, lines and paragraphs between words, no empty cells, never more than one empty line."""
    return _in_lines(GAP.sub(_gap, f"{LINE}{text}{LINE}")).strip("\n") + "\n"


def whole_lines(settled: str) -> tuple[str, str, str]:
    """A settled text cut in three: what is tidied with its neighbours, whole tidied lines, and the like again.

    The lines are "" where there are none, or where the outer ones come out empty and would go with others.
    """
    ends = [gap for gap in GAP.finditer(settled) if gap[0].strip(SPACE)]
    if len(ends) < 2:
        return settled, "", ""
    start, end = ends[0].end(), ends[-1].start()
    lines = _in_lines(settled[start:end])
    if not lines or lines[0] == "\n" or lines[-1] == "\n":
        return settled, "", ""
    return settled[:start], lines, settled[end:]


def _in_lines(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(_cells, text.split("\n"))))


def settle(text: str) -> str:
    """Fixed text with the gaps within it closed: what `tidy` makes is the same, and it finds less to do."""

    def close(found: re.Match[str]) -> str:
        within = found.start() > 0 and found.end() < len(text)
        return _gap(found) if within else found[0]

    return GAP.sub(close, text)


def _gap(found: re.Match[str]) -> str:
    """The widest of what was asked for between two words."""
    gap = found[0]
    wanted = 2 if PARAGRAPH in gap else 1 if LINE in gap else 0
    return "\n" * max(wanted, gap.count("\n")) or " "


def _cells(line: str) -> str:
    if CELL not in line:
        return line.rstrip()
    return " | ".join(cell.strip() for cell in line.split(CELL) if cell.strip())


class _Writer(HTMLParser):
    def __init__(self, shield: Shield, addresses: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.shield = shield
        self.addresses = addresses
        self.written: list[str] = []
        self.lists: list[int | None] = []
        self.anchors: list[Anchor] = []
        self.links: list[SeenLink] = []
        self.pictures = 0
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
        self.written.append(SPACES.sub(SPACE, data))

    def handle_comment(self, data: str) -> None:
        # A Liquid tag counts even in what is left out: an assign in the head, say.
        if self.shield.word.fullmatch(data.strip()):
            self.written.append(data.strip())

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if self.skipping:
            return
        if tag == "br":
            self.written.append("\n")
        elif tag == "hr":
            self.written.append(f"{PARAGRAPH}---{PARAGRAPH}")
        elif tag == "img":
            self.pictures += 1
            self.written.append(SPACES.sub(" ", given.get("alt", "")).strip())

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag in PARAGRAPHS:
            self.written.append(PARAGRAPH if tag != "table" and not self.lists else LINE)
        elif tag in LINES:
            self.written.append(LINE)
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.written.append(self._bullet())
        elif tag == "a":
            self.anchors.append(Anchor(given.get("href", "").strip(), len(self.written), self.pictures))
        elif tag == "pre":
            self.preformatted += 1

    def _close(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.written.append(CELL)
        elif tag == "a" and self.anchors:
            self._address(self.anchors.pop())
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.preformatted -= 1
        if tag in PARAGRAPHS:
            self.written.append(PARAGRAPH if tag != "table" and not self.lists else LINE)
        elif tag in LINES:
            self.written.append(LINE)

    def _bullet(self) -> str:
        indent = "  " * max(0, len(self.lists) - 1)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def _address(self, anchor: Anchor) -> None:
        """Writes the address behind the text of its link, in its place when the text is the address."""
        text = SPACES.sub(" ", "".join(self.written[anchor.start :])).strip()
        has_picture = self.pictures > anchor.pictures
        if not text and not has_picture:
            return
        self.links.append(SeenLink(anchor.href, text, has_picture))
        address = _shown(anchor.href)
        if not address or address.startswith(("#", "data:", "javascript:")):
            return
        if not text or self._is_address(text, anchor.href):
            self.written[anchor.start :] = [SPACE, address, SPACE]
            return
        gaps = []
        while self.written[-1] in (SPACE, LINE, PARAGRAPH):
            gaps.append(self.written.pop())
        self.written[-1] = self.written[-1].rstrip(SPACE)
        self.written += [f": {address}", SPACE, *reversed(gaps)]

    def _is_address(self, text: str, href: str) -> bool:
        """Whether the text of a link says its address, with or without https:// and the slash at its end."""
        written = self.shield.restore(self.addresses.get(href, href))
        return _bare(self.shield.restore(text)) == _bare(_shown(written))


def _shown(href: str) -> str:
    """The address as one writes it: of mailto:, tel: and sms: the mailbox or number alone."""
    for scheme in SHOWN_SCHEMES:
        if href.lower().startswith(scheme):
            return unquote(href[len(scheme) :].partition("?")[0])
    return href


def _bare(address: str) -> str:
    return WEB.sub("", address, count=1).rstrip("/")

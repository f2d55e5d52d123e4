"""Reads a finished letter as a mail program would: its links, its pictures, its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

SILENT = frozenset({"style", "script", "title", "head"})


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` is None when the attribute is missing; an empty one says that it is decoration."""

    source: str
    alt: str | None
    is_hidden: bool


@dataclass(slots=True)
class Document:
    links: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    words: str = ""


def read(html: str) -> Document:
    """What stands in `html`, in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.document.words = " ".join(" ".join(reader.texts).split())
    return reader.document


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self.texts: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("a", "area") and "href" in values:
            self.document.links.append((values["href"] or "").strip())
        elif tag == "img":
            picture = Picture((values.get("src") or "").strip(), values.get("alt"), _is_hidden(values))
            self.document.pictures.append(picture)
        elif tag in SILENT:
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def _is_hidden(values: dict[str, str | None]) -> bool:
    """A spacer of one pixel says nothing to anybody."""
    return values.get("width") == "1" or values.get("height") == "1"

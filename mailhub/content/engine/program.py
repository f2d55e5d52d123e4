"""A compiled letter: renders for one person after another, and goes to JSON and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from mailhub.content.engine import nodes, plaintext
from mailhub.content.engine.frame import CONTROL, Frame, LinkMaker
from mailhub.content.engine.links import Link
from mailhub.content.engine.nodes import Node
from mailhub.content.problems import RenderError

VERSION = 1
LINE_BREAKS = re.compile(r"[\t\r\n\u0085\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One person's letter. Subject and preheader are one line; lines of html and text end with LF."""

    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Program:
    """Fixed chunks and holes for subject, preheader, html and text, in one language."""

    locale: str
    subject: tuple[Node, ...]
    preheader: tuple[Node, ...]
    html: tuple[Node, ...]
    text: tuple[Node, ...]
    links: tuple[Link, ...]
    tidy_text: bool = False

    def render(self, data: Mapping[str, Any], *, link: LinkMaker, pixel_url: str | None = None) -> Rendered:
        """The letter for `data`, which are plain nested values named as the schema documents them.

        `link` gives the URL of a link and the values of its holes; links.fill(link.template, values) is
        the address itself. No `pixel_url`, no pixel. The same arguments give the same letter, but for
        `now`. Raises RenderError with a sentence when these data cannot be written.
        """
        table = {each.number: each for each in self.links}

        def write(part: tuple[Node, ...], values: Mapping[str, Any]) -> str:
            frame = Frame(values, table, link, pixel_url)
            return "".join([node.render(frame) for node in part])

        subject = one_line(write(self.subject, data))
        preheader = one_line(write(self.preheader, {**data, "subject": subject}))
        everything = {**data, "subject": subject, "preheader": preheader}
        text = write(self.text, everything)
        return Rendered(
            subject=subject,
            preheader=preheader,
            html=write(self.html, everything),
            text=plaintext.tidy(text) if self.tidy_text else text,
        )

    def to_json(self) -> str:
        """The program as text; equal programs give equal texts."""
        stored = {
            "version": VERSION,
            "locale": self.locale,
            "links": [[link.number, link.template] for link in self.links],
            "tidy_text": self.tidy_text,
            **{name: nodes.dump(getattr(self, name)) for name in ("subject", "preheader", "html", "text")},
        }
        return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(stored: str) -> Program:
        """The program that `to_json` wrote; parsed once a process."""
        return _load(stored)


@lru_cache(maxsize=128)
def _load(stored: str) -> Program:
    given = json.loads(stored)
    if given["version"] != VERSION:
        raise RenderError(
            _("This letter was compiled by another version (%(version)s); compile it again.")
            % {"version": given["version"]}
        )
    return Program(
        locale=given["locale"],
        subject=nodes.load(given["subject"], markup=False),
        preheader=nodes.load(given["preheader"], markup=False),
        html=nodes.load(given["html"], markup=True),
        text=nodes.load(given["text"], markup=False),
        links=tuple(Link(number, template) for number, template in given["links"]),
        tidy_text=given["tidy_text"],
    )


def one_line(text: str) -> str:
    """One line fit for a header. Raises RenderError for control characters (rules 3.10)."""
    if text.isprintable():
        return text.strip()
    line = LINE_BREAKS.sub(" ", text).strip()
    if found := CONTROL.search(line):
        raise RenderError(
            _("The subject or preheader holds a control character (U+%(code)s).")
            % {"code": f"{ord(found[0]):04X}"}
        )
    return line

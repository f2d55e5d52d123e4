"""A compiled letter as it goes over the wire: encoded chunks, of which only the personal ones are made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mailhub.content.engine.frame import CONTROL, Frame, LinkMaker
from mailhub.content.engine.functions import Chunks, Function
from mailhub.content.engine.nodes import Condition, Hole, LinkHole, Liquid, Literal, Node, Pixel
from mailhub.content.engine.plans import Plan
from mailhub.content.engine.program import Program, one_line
from mailhub.content.engine.tidying import TidyText
from mailhub.content.problems import RenderError
from mailhub.lib import quoted_printable

SUBJECT, PREHEADER = "subject", "preheader"


@dataclass(slots=True)
class Written:
    """One person's letter. `text` and `html` are quoted-printable, to be joined; empty where nothing is."""

    subject: str
    text: Chunks
    html: Chunks


class Sheet:
    """Writes what `Program.render` renders, encoded: the same letter, byte for byte once decoded.

    `relaxed` gives DKIM's form of those fixed chunks that are not their own.
    """

    def __init__(self, program: Program, plan: Plan, *, slots: int = 0) -> None:
        self.program = program
        self.links = {link.number: link for link in program.links}
        self.text = None if program.tidy_text else Function(plan, program.text, markup=False, slots=slots)
        self.tidy_text = TidyText(program.text if program.tidy_text else ())
        self.html = Function(plan, program.html, markup=True, slots=slots)
        fixed = (*self.html.fixed, *(self.text.fixed if self.text else self.tidy_text.fixed))
        self.relaxed = relaxed_forms(fixed)
        self.subject = one_line(_fixed_text(program.subject)) if _is_fixed(program.subject) else None
        body = (*program.text, *program.html)
        self.needs_preheader = not _is_plain(program.preheader) or any(
            _asks(node, PREHEADER) for node in body
        )
        self.needs_subject = self.needs_preheader or any(_asks(node, SUBJECT) for node in body)

    def write(
        self,
        data: Mapping[str, Any],
        slots: Sequence[bytes],
        *,
        link: LinkMaker,
        pixel_url: str | None = None,
    ) -> Written:
        """The letter for `data`, as `Program.render` takes them; `slots` are encoded and closed chunks.

        Raises RenderError with a sentence when these data cannot be written.
        """
        try:
            return self._write(data, slots, link, pixel_url)
        except UnicodeEncodeError as error:
            raise RenderError(_("A value holds half a character; take it out of the data.")) from error

    def _write(
        self, data: Mapping[str, Any], slots: Sequence[bytes], link: LinkMaker, pixel_url: str | None
    ) -> Written:
        subject = self.subject
        if subject is None:
            subject = one_line(_rendered(self.program.subject, Frame(data, self.links, link, pixel_url)))
        everything = {**data, SUBJECT: subject} if self.needs_subject else data
        if self.needs_preheader:
            frame = Frame(everything, self.links, link, pixel_url)
            everything = {**everything, PREHEADER: one_line(_rendered(self.program.preheader, frame))}
        frame = Frame(everything, self.links, link, pixel_url)
        text: Chunks = []
        html: Chunks = []
        if self.text is not None:
            self.text.write(everything, frame, slots, text)
        else:
            text = self.tidy_text.write(frame)
        self.html.write(everything, frame, slots, html)
        return Written(subject, text, html)


def relaxed_forms(chunks: Iterable[bytes]) -> dict[bytes, bytes]:
    """DKIM's forms of the chunks that are not their own, by the chunk."""
    forms = ((chunk, quoted_printable.relaxed(chunk)) for chunk in chunks)
    return {chunk: form for chunk, form in forms if form != chunk}


def _rendered(nodes: Sequence[Node], frame: Frame) -> str:
    return "".join([node.render(frame) for node in nodes])


def _is_fixed(nodes: Sequence[Node]) -> bool:
    return all(isinstance(node, Literal) for node in nodes)


def _fixed_text(nodes: Sequence[Node]) -> str:
    return "".join(node.text for node in nodes if isinstance(node, Literal))


def _is_plain(nodes: Sequence[Node]) -> bool:
    """Whether it can't fail: what it shows is shown in the HTML too, and clean values make one line."""
    return not CONTROL.search(_fixed_text(nodes)) and all(
        isinstance(node, Literal) or (isinstance(node, Hole) and not node.calls) for node in nodes
    )


def _asks(node: Node, name: str) -> bool:
    """Whether a node may ask for the value of that name."""
    if isinstance(node, Hole):
        return node.path[0] == name
    if isinstance(node, LinkHole):
        return any(_asks(value, name) for value in node.values)
    if isinstance(node, Condition):
        return any(
            name in str(tree) or any(_asks(each, name) for each in nodes) for tree, nodes in node.branches
        )
    if isinstance(node, Liquid):
        return name in node.source
    return not isinstance(node, (Literal, Pixel))

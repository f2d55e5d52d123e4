"""One recipient's letter as a template that others share and values: what a provider's merging takes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from mailhub.content import engine
from mailhub.content.engine import merge
from mailhub.content.engine.frame import LinkMaker
from mailhub.content.engine.merge import Outline
from mailhub.content.engine.program import Program


@dataclass(frozen=True, slots=True)
class LetterMerge:
    """Fulfils `contracts.MergeSource`. Letters of equal `key` are of the same program."""

    key: Hashable
    program: Program
    data: Mapping[str, Any]
    rendered: engine.Rendered
    link: LinkMaker
    pixel_url: str | None

    def outline(self) -> Outline:
        return merge.outline(self.program)

    def values(self, outline: Outline) -> tuple[str, ...]:
        """This person's text for each hole; raises RenderError."""
        return merge.values(
            self.program,
            outline.holes,
            self.data,
            rendered=self.rendered,
            link=self.link,
            pixel_url=self.pixel_url,
        )

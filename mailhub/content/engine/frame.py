"""What one rendering has at hand: the merge data, the link maker, the pixel; and plain, clean values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from liquid import Undefined

from mailhub.content.engine.links import Link

LinkMaker = Callable[[Link, tuple[str, ...]], str]
# Control characters but TAB, LF and CR: no mail may hold them, and our marks are among them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PLAIN_TYPES = (bool, int, float, Decimal, date)
LINE_ENDS = re.compile(r"\r\n|\r")
# What looking a name up in the data raises when there is nothing.
MISSING = (KeyError, TypeError, IndexError)


@dataclass(slots=True)
class Frame:
    """One person's rendering of one part."""

    data: Mapping[str, Any]
    links: Mapping[int, Link]
    link: LinkMaker
    pixel_url: str | None = None
    # By link number, for HTML and text: a link's values are a person's, wherever in the letter it stands.
    urls: dict[int, str] = field(default_factory=dict)
    _plain: dict[str, Any] | None = field(default=None)

    def make_link(self, number: int, values: tuple[str, ...]) -> str:
        """The URL for a link and its values; "" for a number that the letter does not have."""
        link = self.links.get(number)
        return self.link(link, values) if link else ""

    @property
    def plain(self) -> dict[str, Any]:
        """The data as python-liquid gets it: nothing but plain, clean values; made once."""
        if self._plain is None:
            self._plain = {str(name): plain(value) for name, value in self.data.items()}
        return self._plain


def plain(value: Any) -> Any:
    """A copy made of text, numbers, dates, lists and dictionaries; anything else becomes its text."""
    if value is None or isinstance(value, PLAIN_TYPES):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return clean(str(value))


def clean(text: str) -> str:
    """`text` as a plain str without control characters but TAB and LF, which is the one line end."""
    if "\r" in text:
        text = LINE_ENDS.sub("\n", text)
    return CONTROL.sub("", str(text)) if CONTROL.search(text) else str(text)


def lookup(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at `path`, or Liquid's undefined, which is empty and false."""
    value: Any = data
    for segment in path:
        try:
            value = value[segment]
        except MISSING:
            return Undefined(path[0])
    return value if not isinstance(value, str) else clean(value)

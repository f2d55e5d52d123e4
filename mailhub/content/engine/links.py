"""The links of a letter: templates with holes, their numbers, and the URL for given values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

HOLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
WEB = re.compile(r"https?://", re.IGNORECASE)
# The host has ended: what follows is path, query or fragment, where a value may stand.
AFTER_HOST = re.compile(r"https?://[^/?#\\\s]+[/?#]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address in a letter. `template` is byte-exact; a hole reads `{{ contact.id }}`."""

    number: int
    template: str


class LinkTable:
    """Numbers for link templates: one number a template, shared by the languages of a dispatch."""

    def __init__(self, links: Iterable[Link] = (), *, first: int = 1) -> None:
        self._numbers = {link.template: link.number for link in links}
        self._next = max([first - 1, *self._numbers.values()]) + 1

    def add(self, template: str) -> Link:
        """The link of `template`, numbered now if it is new."""
        if template not in self._numbers:
            self._numbers[template] = self._next
            self._next += 1
        return Link(self._numbers[template], template)

    @property
    def links(self) -> list[Link]:
        return [Link(number, template) for template, number in self._numbers.items()]


def fill(template: str, values: Sequence[str]) -> str:
    """The URL of a template: its holes get `values` in order, URL-encoded; a missing value is empty."""
    remaining = iter(values)
    return HOLE.sub(lambda _: quote(next(remaining, ""), safe=""), template)


def add_parameters(template: str, parameters: Mapping[str, str]) -> str:
    """The template with `parameters` in its query, before the fragment; one that is there stays."""
    address, fragment = _cut_fragment(template)
    base, question, query = address.partition("?")
    present = {unquote_plus(pair.partition("=")[0]) for pair in re.split("[&;]", query)}
    added = [
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in parameters.items()
        if value and name not in present
    ]
    if not added:
        return template
    joint = "" if not question or not query or query.endswith("&") else "&"
    return f"{base}?{query}{joint}{'&'.join(added)}{fragment}"


def _cut_fragment(template: str) -> tuple[str, str]:
    """The template before its fragment, and the fragment with its #; a # within a hole is neither."""
    masked = HOLE.sub(lambda hole: " " * len(hole.group()), template)
    cut = masked.find("#")
    return (template, "") if cut < 0 else (template[:cut], template[cut:])

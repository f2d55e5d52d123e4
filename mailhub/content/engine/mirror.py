"""Mirrors MJML for languages written from right to left: its defaults, alignments and paddings."""

from __future__ import annotations

import re

TAG = re.compile(r"""<mj-[\w-]+\b(?:[^"'>]|"[^"]*"|'[^']*')*>""")
ATTRIBUTE = re.compile(r"""(?<=\s)([a-z-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
SIDES = {"left": "right", "right": "left"}
ALIGNMENTS = frozenset({"align", "text-align", "icon-position"})
# Given as top, right, bottom, left.
BOXES = frozenset({"padding", "inner-padding", "icon-padding", "text-padding"})
# Given as top left, top right, bottom right, bottom left.
CORNERS = frozenset({"border-radius", "inner-border-radius"})
HEAD = re.compile(r"<mj-head\b[^>]*(?<!/)>")
ROOT = re.compile(r"<mjml\b[^>]*>")
TEXTS = ("mj-text", "mj-table", "mj-accordion-text", "mj-accordion-title", "mj-social-element")
DEFAULTS = "".join(
    [
        "<mj-attributes>",
        *(f'<{name} direction="rtl" />' for name in ("mj-section", "mj-column", "mj-group")),
        *(f'<{name} align="right" />' for name in TEXTS),
        "</mj-attributes>",
    ]
)
# Columns and groups are written so, whatever their attributes; what they hold has its own alignment.
COLUMN = re.compile(r"(?<=text-align:)left(?=;(?:display:inline-block;width:[\w.%]+;)?direction:rtl)")


def source(mjml: str) -> str:
    """MJML whose layout runs from right to left: in it `left` means where a line ends.

    Alignments, paddings, corners and borders in attributes change sides, and so do the defaults; what an
    author writes in style attributes, style sheets and `direction` stays as it is.
    """
    mirrored = TAG.sub(lambda tag: ATTRIBUTE.sub(_attribute, tag[0]), mjml)
    if HEAD.search(mirrored):
        return HEAD.sub(lambda head: head[0] + DEFAULTS, mirrored, count=1)
    return ROOT.sub(lambda root: f"{root[0]}<mj-head>{DEFAULTS}</mj-head>", mirrored, count=1)


def layout(html: str) -> str:
    """The HTML of mirrored MJML, with the alignment of columns that no attribute decides."""
    return COLUMN.sub("right", html)


def _attribute(found: re.Match[str]) -> str:
    name, equals, quoted = found.groups()
    value = quoted[1:-1]
    first, _, side = name.rpartition("-")
    if side in SIDES:
        name = f"{first}-{SIDES[side]}"
    elif name in ALIGNMENTS:
        value = SIDES.get(value.strip(), value)
    elif name in BOXES or name in CORNERS:
        value = _box(value) if name in BOXES else _corners(value)
    return f"{name}{equals}{quoted[0]}{value}{quoted[0]}"


def _box(value: str) -> str:
    sides = value.split()
    return " ".join([sides[0], sides[3], sides[2], sides[1]]) if len(sides) == 4 else value


def _corners(value: str) -> str:
    """Two values are two diagonals; three are rare and stay."""
    corners = value.split()
    if len(corners) == 4:
        return " ".join([corners[1], corners[0], corners[3], corners[2]])
    return f"{corners[1]} {corners[0]}" if len(corners) == 2 else value

"""Colours as #rrggbb, and how well text on them reads (WCAG 2 contrast)."""

from __future__ import annotations

import re

BLACK, WHITE = "#000000", "#ffffff"
# WCAG 2.2, success criterion 1.4.3.
READABLE = 4.5

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


def parse(text: str) -> str | None:
    """`#0B6B62`, `0b6b62` or `#abc` as `#rrggbb` in lower case; None for anything else."""
    typed = text.strip().lower()
    typed = typed if typed.startswith("#") else f"#{typed}"
    if not _COLOUR.fullmatch(typed):
        return None
    return typed if len(typed) == 7 else "#" + "".join(digit * 2 for digit in typed[1:])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`; one of them always reaches 4.5."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

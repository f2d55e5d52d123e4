"""The colours of the shell can be read by everybody: WCAG 2.2, 1.4.3 and 1.4.11, light and dark."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT

TOKENS = (ROOT / "mailhub/web/static/web/tokens.css").read_text(encoding="utf-8")
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS)
}
TEXT = [
    *[(text, ground) for text in ("text", "text-muted") for ground in ("bg", "surface", "sunken", "hover")],
    *[(kind, f"{kind}-soft") for kind in ("ok", "warn", "bad", "info", "neutral")],
    *[(kind, ground) for kind in ("ok", "warn", "bad") for ground in ("surface", "bg")],
    *[("link", ground) for ground in ("surface", "bg", "sunken")],
    ("placeholder", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("text", "accent-soft"),
    ("text-muted", "accent-soft"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    ("on-toast", "toast"),
]
SHAPES = [
    *[("control", ground) for ground in ("bg", "surface")],
    *[("focus", ground) for ground in ("bg", "surface")],
    *[(f"chart-{number}", "surface") for number in range(1, 5)],
    ("danger", "surface"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_stands_out_from_its_ground(front: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), SHAPES)
def test_controls_and_lines_of_charts_stand_out(front: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[front][theme], COLOURS[ground][theme]) >= 3


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

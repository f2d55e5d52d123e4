"""Draws the pictures of the example shop: a frond and a pot, in flat colours, without a file of anybody's."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

SIZE = (1120, 480)
MIDDLE, GROUND = SIZE[0] // 2, SIZE[1] - 60


def frond() -> bytes:
    """A fern's frond, as a PNG."""
    return _draw("#e7efe4", _frond)


def pot() -> bytes:
    """A glazed pot on a shelf, as a PNG."""
    return _draw("#f3eadf", _pot)


def _draw(ground: str, paint: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    picture = Image.new("RGB", SIZE, ground)
    paint(ImageDraw.Draw(picture))
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _frond(pen: ImageDraw.ImageDraw) -> None:
    left, right = 180, SIZE[0] - 180
    steps = 26
    for step in range(steps):
        x = left + (right - left) * step // steps
        y = GROUND - 60 - step * 9
        length = int(150 * (1 - step / steps)) + 14
        for side in (-1, 1):
            tip = (x + length // 2, y + side * length)
            pen.polygon(
                [(x - 10, y), (x + length // 3, y + side * length // 3), tip, (x + 10, y)], fill="#3f7d4e"
            )
    pen.line([(left - 60, GROUND - 40), (right, GROUND - 60 - steps * 9)], fill="#22502f", width=9)


def _pot(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle([0, GROUND, SIZE[0], GROUND + 14], fill="#a98763")
    pen.polygon(
        [(MIDDLE - 150, 190), (MIDDLE + 150, 190), (MIDDLE + 105, GROUND), (MIDDLE - 105, GROUND)],
        fill="#b5643c",
    )
    pen.rectangle([MIDDLE - 172, 150, MIDDLE + 172, 200], fill="#8fb0a4")
    pen.polygon(
        [(MIDDLE - 150, 200), (MIDDLE + 150, 200), (MIDDLE + 138, 250), (MIDDLE - 138, 250)], fill="#8fb0a4"
    )
    for lean in range(-3, 4):
        pen.line(
            [(MIDDLE + lean * 20, 150), (MIDDLE + lean * 70, 40 + abs(lean) * 18)], fill="#3f7d4e", width=12
        )

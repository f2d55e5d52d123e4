"""A brand's colours, made readable on the pages and letters that people see, by day and by night."""

from __future__ import annotations

from dataclasses import dataclass

from mailhub.delivery.models import Brand
from mailhub.delivery.models.brands import DEFAULT_ACCENT
from mailhub.lib import colours

# What the accent stands on as text: public.css's card and page, the less kind of them.
LIGHT_GROUND, DARK_GROUND = "#f4f5f7", "#1e2127"
STEPS = 20


@dataclass(frozen=True, slots=True)
class Look:
    """Each `#rrggbb`: the accent as a ground and the text on it; the accent as text, by theme."""

    accent: str
    on_accent: str
    ink_light: str
    ink_dark: str


def of(brand: Brand | None) -> Look:
    """The brand's look; MailHub's where there is no brand, or no colour in its field."""
    accent = colours.parse(brand.accent if brand else "") or DEFAULT_ACCENT
    return Look(
        accent=accent,
        on_accent=colours.readable_on(accent),
        ink_light=_readable(accent, ground=LIGHT_GROUND, towards=colours.BLACK),
        ink_dark=_readable(accent, ground=DARK_GROUND, towards=colours.WHITE),
    )


def _readable(colour: str, *, ground: str, towards: str) -> str:
    """The colour, moved towards black or white until it reads on `ground` (WCAG 2.2, 1.4.3)."""
    mixed = (_mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(found for found in mixed if colours.contrast(found, ground) >= colours.READABLE)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)

"""Writes a letter for one person as it would be sent, and shows how it looks in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from mailhub.content import engine
from mailhub.content.engine import Rendered, markup
from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource

Look = Literal["light", "dark"]

SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
META_SCHEME = re.compile(r'<meta\b[^>]*name="(?:supported-)?color-schemes?"[^>]*>', re.IGNORECASE)
ALWAYS, NEVER = "(min-width: 0px)", "(max-width: 0px)"


def render(
    source: VariantSource, *, schema: Schema, data: Mapping[str, Any], brand_url: str = ""
) -> Rendered:
    """The letter as it leaves, but for tracking: plain links and no pixel.

    Raises LetterError for a letter that is not sound, RenderError when these data cannot be written.
    """
    program = engine.compile_variant(source, schema=schema, brand_url=brand_url)
    return program.render(data, link=lambda link, values: engine.fill(link.template, values))


def as_seen(html: str, look: Look) -> str:
    """The HTML as a mail program in that mode shows it, whatever mode this browser is in.

    Only the media conditions on the colour scheme are decided here; nothing else is touched. Programs
    that turn colours round by themselves are not imitated.
    """
    decided = SCHEME.sub(lambda found: ALWAYS if found[1].lower() == look else NEVER, html)
    knows_dark = decided != html or META_SCHEME.search(html) is not None
    scheme = "dark" if look == "dark" and knows_dark else "only light"
    forced = f"<style>:root {{ color-scheme: {scheme} !important; }}</style>"
    decided = META_SCHEME.sub("", decided)
    return decided.replace("</head>", f"{forced}</head>", 1)


def direction(locale: str) -> str:
    """`rtl` or `ltr`, for the fields that the language is written in."""
    return markup.direction(locale)

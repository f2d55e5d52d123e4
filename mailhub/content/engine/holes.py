"""Writes one person's value as an encoded chunk."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined

from mailhub.content.engine import quick
from mailhub.content.engine.frame import clean
from mailhub.content.engine.nodes import Hole
from mailhub.content.problems import RenderError
from mailhub.lib import quoted_printable

UNDEFINED = Undefined("")
# Of how many short texts a hole keeps the chunk: names, cities and colours come again and again.
MOST_KEPT, SHORT = 1024, 100


def writer(hole: Hole) -> Callable[[Any], bytes]:
    """The function that makes a closed chunk of a hole's value. It raises RenderError as the hole does."""
    markup = hole.environment.autoescape
    of_nothing = _of_nothing(hole)
    # `default` leaves every number alone but those that are nothing.
    keeps_numbers = all(name == "default" for name, *_ in hole.calls)
    # What only the engine can filter may depend on the hour ("now" as a date).
    longest_kept = SHORT if hole.quick is not None else 0

    @lru_cache(maxsize=MOST_KEPT)
    def written(text: str) -> bytes:
        return quoted_printable.value(to_liquid_string(hole.filtered(text), markup))

    def write(given: Any) -> bytes:
        if not given:
            ready = of_nothing.get(given.__class__)
            if ready is not None:
                return ready
        elif keeps_numbers and given.__class__ is int:
            return quoted_printable.value(str(given))
        elif isinstance(given, str):
            if not quick.is_ordinary(given):
                given = clean(given)
            elif len(given) < longest_kept:
                return written(given)
        return quoted_printable.value(to_liquid_string(hole.filtered(given), markup))

    return write


def _of_nothing(hole: Hole) -> dict[type, bytes]:
    """What is written where the value is missing, nil or "", which is the same for everybody."""
    ready: dict[type, bytes] = {}
    for nothing in (UNDEFINED, None, ""):
        try:
            text = to_liquid_string(hole.filtered(nothing), hole.environment.autoescape)
        except RenderError:
            continue
        ready[nothing.__class__] = quoted_printable.value(text)
    return ready

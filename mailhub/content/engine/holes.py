"""Writes one person's value as an encoded chunk: quickly where the filters are simple, else as the engine does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined
from markupsafe import escape

from mailhub.content.engine.frame import clean
from mailhub.content.engine.nodes import Call, Hole
from mailhub.content.problems import RenderError
from mailhub.lib import quoted_printable

UNDEFINED = Undefined("")
# Longer texts go to the engine's filters, which refuse the ones that are too long.
SHORT = 1_000
TextFilter = Callable[[str], str]

# What filters without arguments do to a text that is not empty and printable.
QUICK: dict[str, TextFilter] = {
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": str.capitalize,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
}
# What they do to a word of ASCII letters and digits, as Python source.
FOR_WORDS = {
    "default": "",
    "upcase": ".upper()",
    "downcase": ".lower()",
    "capitalize": ".capitalize()",
    **dict.fromkeys(("strip", "lstrip", "rstrip", "escape", "newline_to_br", "strip_newlines"), ""),
}


def for_words(calls: Sequence[Call]) -> str | None:
    """Python source that is appended to a word to filter it; None when only the engine can."""
    known = [FOR_WORDS.get(name) for name, *_ in calls]
    return None if None in known else "".join(source for source in known if source)


def writer(hole: Hole) -> Callable[[Any], bytes]:
    """The function that makes a closed chunk of a hole's value. It raises RenderError as the hole does."""
    markup = hole.environment.autoescape
    quick = _quick(hole.calls, markup=markup)
    of_nothing = _of_nothing(hole)

    def write(given: Any) -> bytes:
        if not given:
            ready = of_nothing.get(given.__class__)
            if ready is not None:
                return ready
        elif quick is not None and given.__class__ is str and len(given) < SHORT and given.isprintable():
            text = given
            for function in quick:
                text = function(text)
            return quoted_printable.value(escape(text) if markup else text)
        return _as_the_engine_does(hole, given)

    return write


def _as_the_engine_does(hole: Hole, given: Any) -> bytes:
    value = hole.filtered(clean(given) if isinstance(given, str) else given)
    return quoted_printable.value(to_liquid_string(value, hole.environment.autoescape))


def _quick(calls: Sequence[Call], *, markup: bool) -> list[TextFilter] | None:
    found: list[TextFilter] = []
    for name, positional, named in calls:
        if name == "escape":
            found.append(escape if markup else str)
        elif name in QUICK and not positional and not named:
            found.append(QUICK[name])
        elif name != "default" or found:
            # After another filter a text may be empty, which is what `default` asks about.
            return None
    return found


def _of_nothing(hole: Hole) -> dict[type, bytes]:
    """What is written where the value is missing, nil or "", which is the same for everybody."""
    ready: dict[type, bytes] = {}
    for nothing in (UNDEFINED, None, ""):
        try:
            ready[nothing.__class__] = _as_the_engine_does(hole, nothing)
        except RenderError:
            continue
    return ready

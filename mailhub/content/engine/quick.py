"""Filters of ordinary texts as plain functions: what the engine's own do to them, without its checks.

An ordinary text is not empty, short and printable, as nearly all values are. Everything else goes to the
engine's filters, which refuse what is too long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import escape

Call = tuple[str, list[Any], dict[str, Any]]
TextFilter = Callable[[str], str]
SHORT = 1_000

# Filters without arguments.
FILTERS: dict[str, TextFilter] = {
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": str.capitalize,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
}
# Short, without blanks, and the same in HTML and in quoted-printable: most names, and every usual address.
is_word = re.compile(r"[\w@+,:;/!?*()#%~-][\w@+,:;/!?*()#%~.-]{0,74}", re.ASCII).fullmatch
# What filters do to a word, as Python source.
FOR_WORDS = {
    "default": "",
    "upcase": ".upper()",
    "downcase": ".lower()",
    "capitalize": ".capitalize()",
    **dict.fromkeys(("strip", "lstrip", "rstrip", "escape", "newline_to_br", "strip_newlines"), ""),
}


def is_ordinary(value: Any) -> bool:
    return value.__class__ is str and 0 < len(value) < SHORT and value.isprintable()


def functions(calls: Sequence[Call], *, markup: bool) -> tuple[TextFilter, ...] | None:
    """What the calls do to an ordinary text; None when only the engine can."""
    found: list[TextFilter] = []
    for place, (name, positional, named) in enumerate(calls):
        if name == "escape":
            if place != len(calls) - 1:
                # What comes after works on markup, by rules of the engine's own.
                return None
            found.append(escape if markup else str)
        elif name in FILTERS and not positional and not named:
            found.append(FILTERS[name])
        elif name != "default" or found:
            # After another filter a text may be empty, which is what `default` asks about.
            return None
    return tuple(found)


def for_words(calls: Sequence[Call]) -> str | None:
    """Python source that is appended to a word to filter it; None when only the engine can."""
    known = [FOR_WORDS.get(name) for name, *_ in calls]
    return None if None in known else "".join(source for source in known if source)

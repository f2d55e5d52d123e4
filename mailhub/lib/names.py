"""What people may call things."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from mailhub.lib.errors import UserError

# Separators, controls, format characters (zero-width space, joiners), surrogates, what is unassigned.
UNSEEN = frozenset("ZC")
# Unicode counts these as letters and marks; all are drawn as nothing.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


class Unseen(UserError):
    """The name has no character that is drawn."""


def is_visible(text: str) -> bool:
    """Whether something of the text can be seen: a name that cannot be read cannot be chosen."""
    return any(unicodedata.category(letter)[0] not in UNSEEN and letter not in BLANK for letter in text)


def check(text: str) -> str:
    """The name, when it can be seen; raises Unseen."""
    if not is_visible(text):
        raise Unseen(_("Give it a name that can be seen: this one has no visible character."))
    return text

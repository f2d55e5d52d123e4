"""Whether a provider would find in a letter exactly the marks that we put there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mailhub.content.engine.merge import Outline, Piece
from mailhub.delivery.transports.anymail.providers.shape import Merge


def is_safe(outline: Outline, merge: Merge) -> bool:
    """No fixed text begins a mark of the provider's, by itself or together with one of ours."""
    return all(_part_is_safe(part, merge) for part in (outline.subject, outline.html, outline.text))


def are_safe(values: Sequence[str], merge: Merge) -> bool:
    """No value reads like a mark, should a provider look at what it has filled in; nor are they too long."""
    if merge.longest and sum(len(value.encode()) for value in values) > merge.longest:
        return False
    return not any(begin in value.lower() for value in values for begin in merge.opening)


def _part_is_safe(pieces: Sequence[Piece], merge: Merge) -> bool:
    texts = [piece.lower() for piece in pieces if isinstance(piece, str)]
    if any(begin in text for text in texts for begin in merge.opening):
        return False
    edges = {begin[0] for begin in merge.opening} | {"\\"}
    for before, after in pairwise(pieces):
        # A brace or backslash right before a mark changes it, and so does a brace right behind.
        if merge.opening and isinstance(before, str) and before[-1:] in edges:
            return False
        if merge.opening and isinstance(after, str) and after[:1] == "}":
            return False
    return True

"""Finds what a URL names, or answers 404."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from mailhub.accounts.doors import StaffRequest
from mailhub.content.models import Letter, LetterVersion
from mailhub.content.services.drafts import Author
from mailhub.lib import clock


def letter(letter_id: int) -> Letter:
    return get_object_or_404(Letter, pk=letter_id)


def version(letter: Letter, number: str) -> LetterVersion:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404("Versions have numbers.")
    return get_object_or_404(LetterVersion, letter=letter, number=int(number))


def author(request: StaffRequest) -> Author:
    """Who writes, by the name that versions show."""
    return Author(request.user.get_full_name() or request.user.get_username(), clock.now())

"""Looks at campaigns as one check of the gate does."""

from __future__ import annotations

from typing import Any

from campaigns import gate
from campaigns.gate.findings import Finding
from campaigns.models import Campaign
from mailhub.content.models import LetterVersion
from mailhub.delivery.models import Brand
from tests import factories
from tests.campaigns import people


def said(check: str, campaign: Campaign) -> list[tuple[str, str]]:
    """(level, sentence) of each finding of one check."""
    return [(found.level.value, found.sentence) for found in findings(check, campaign)]


def findings(check: str, campaign: Campaign) -> list[Finding]:
    return [found for found in gate.run(campaign) if found.check == check]


def a_campaign(*, body: str = "", subject: str = "News", to: tuple[str, ...] = (), **fields: Any) -> Campaign:
    """A campaign that could be sent to Ann, whose letter says `body`."""
    letter = a_letter(body, subject=subject)
    list_ = people.make_list(people=to or ("ann@example.org",))
    return people.make_campaign(**{"lists": [list_], "letter_version": letter, **fields})


def a_letter(body: str, *, subject: str = "News") -> LetterVersion:
    words = body or "<p>Hello, here are six words for you</p>"
    return people.make_letter(subject=subject, body=f"<html><body>{words}</body></html>")


def another_brand() -> Brand:
    """Not the one that lists belong to."""
    factories.make_brand()
    return factories.make_brand(name="Other")

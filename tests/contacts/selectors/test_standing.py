"""Why somebody gets nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.selectors import standing
from contacts.services import consent
from mailhub.delivery.services import suppression
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def test_a_subscriber_has_nothing_in_the_way() -> None:
    ann, news, offers = makers.make_contact(), makers.make_list(), makers.make_list("Offers")
    makers.subscribe(ann, news)

    assert standing.why_not(ann, lists=[news, offers]) == []


def test_every_list_says_why() -> None:
    ann = makers.make_contact()
    never, asked, left, old = (makers.make_list(name) for name in ("Never", "Asked", "Left", "Old"))
    consent.request(ann, asked, method="form")
    makers.subscribe(ann, left)
    consent.withdraw(ann, left, method="one_click")
    makers.subscribe(ann, old, basis="implied", basis_expires_at=clock.now() - timedelta(days=1))

    sentences = standing.why_not(ann, lists=[never, asked, left, old])

    wanted = [
        "never subscribed",
        "has not confirmed",
        "left the list “Left”",
        "Implied consent",
        "suppressed since",
    ]
    assert len(sentences) == len(wanted)
    assert all(part in sentence for part, sentence in zip(wanted, sentences, strict=True))
    assert "one-click unsubscribe" in sentences[2]


def test_a_suppression_is_told_even_to_a_subscriber() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    suppression.suppress(ann.address_hash, reason="complaint", source="provider")

    (sentence,) = standing.why_not(ann, lists=[news])

    assert "complaint" in sentence and "everything" in sentence and "provider" in sentence

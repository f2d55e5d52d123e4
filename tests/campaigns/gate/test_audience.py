"""Audience, people and how often they are mailed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns import gate
from campaigns.models import Campaign
from contacts.models import Contact, List
from mailhub.delivery.models import AddressRecord
from mailhub.delivery.services import suppression
from mailhub.lib import clock
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign, another_brand, findings, said

pytestmark = pytest.mark.django_db
FIVE = tuple(f"{name}@example.org" for name in ("ann", "bo", "cy", "di", "ed"))


def mailed_just_now(address: str) -> None:
    contact = Contact.objects.get(email_key=address)
    AddressRecord.objects.create(address_hash=contact.address_hash, last_marketing_at=clock.now())


def suppressed(*addresses: str) -> None:
    for contact in Contact.objects.filter(email_key__in=addresses):
        suppression.suppress(contact.address_hash, reason="complaint")


def test_lists_of_the_brand_are_fine() -> None:
    assert said("lists", a_campaign()) == [("pass", "It goes to one list of the brand.")]


def test_a_list_of_another_brand_blocks() -> None:
    campaign = a_campaign(brand=another_brand())
    ((level, sentence),) = said("lists", campaign)
    assert level == "block"
    assert "belongs to the brand" in sentence


def test_the_people_who_get_it_are_counted() -> None:
    (found,) = findings("people", a_campaign(to=FIVE))
    assert (found.level, found.sentence, found.count) == ("pass", "5 people will get it.", 5)


def test_an_empty_list_blocks() -> None:
    campaign = people.make_campaign(lists=[people.make_list()])
    ((level, sentence),) = said("people", campaign)
    assert level == "block"
    assert sentence == "There is nobody on these lists. Import people, or choose other lists."


def test_one_suppressed_in_five_is_let_through_in_silence() -> None:
    campaign = a_campaign(to=FIVE)
    suppressed("ann@example.org")
    assert said("suppressed", campaign) == []


def test_more_than_one_suppressed_in_five_is_worth_a_look() -> None:
    campaign = a_campaign(to=FIVE)
    suppressed("ann@example.org", "bo@example.org")
    ((level, sentence),) = said("suppressed", campaign)
    assert level == "warn"
    assert sentence.startswith("2 of 5 people (40 %) are suppressed")


def test_who_was_just_mailed_is_told_as_left_out() -> None:
    campaign = a_campaign(to=FIVE)
    mailed_just_now("ann@example.org")
    assert said("frequency", campaign) == [
        ("warn", "1 person had another letter less than 16 hours before it and is left out.")
    ]


def test_who_was_just_mailed_may_have_the_letter_of_the_day_after() -> None:
    campaign = a_campaign()
    mailed_just_now("ann@example.org")
    assert "people" in {found.check for found in gate.blocks(gate.run(campaign))}
    tomorrow = clock.now() + timedelta(days=1)
    assert gate.blocks(gate.run(campaign, at=tomorrow)) == []


def test_who_was_just_mailed_is_told_as_mailed_again_when_the_cap_is_waived() -> None:
    campaign = a_campaign(to=FIVE, ignore_cap=True)
    mailed_just_now("ann@example.org")
    (found,) = findings("frequency", campaign)
    assert (found.level, found.count) == ("warn", 1)
    assert found.sentence.endswith("and gets this one too.")


def test_nobody_mailed_lately_is_fine() -> None:
    assert said("frequency", a_campaign()) == [
        ("pass", "Nobody of them had another letter in the 16 hours before it.")
    ]


def test_no_list_is_no_question_of_people() -> None:
    assert not List.objects.exists()
    assert said("people", people.make_campaign()) == []
    assert Campaign.objects.count() == 1

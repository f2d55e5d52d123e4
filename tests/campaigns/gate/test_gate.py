"""The gate as a whole: it blocks whatever a launch would refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from campaigns import gate
from campaigns.gate import Blocked, Level
from campaigns.models import Campaign
from campaigns.services import checks
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from tests import factories
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign, another_brand

pytestmark = pytest.mark.django_db

BROKEN: dict[str, Callable[[], Campaign]] = {
    "has_lists": lambda: a_campaign(lists=[]),
    "lists_are_of_the_brand": lambda: a_campaign(brand=another_brand()),
    "has_postal_address": lambda: a_campaign(brand=factories.make_brand(postal_address="")),
    "may_use_sender": lambda: a_campaign(allow_unverified=False),
    "has_clean_headers": lambda: a_campaign(reply_to="ann"),
    "has_sound_utm": lambda: a_campaign(utm={"utm_source": 5}),
    "has_letter": lambda: without_letter(),
    "has_subject": lambda: a_campaign(subject=" "),
    "letter_is_sound": lambda: a_campaign(body="{{ contact.nmae }}"),
}


def without_letter() -> Campaign:
    campaign = a_campaign()
    Campaign.objects.update(letter_version=None)
    return Campaign.objects.select_related("brand", "letter_version").get(pk=campaign.pk)


def test_a_sound_campaign_is_not_blocked() -> None:
    assert gate.blocks(gate.run(a_campaign())) == []


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_the_gate_blocks_what_a_launch_refuses(check: checks.Check) -> None:
    campaign = BROKEN[check.__name__]()
    with pytest.raises(UserError):
        check(campaign)
    assert gate.blocks(gate.run(campaign))


def test_a_draft_with_nothing_in_it_is_told_everything_it_lacks() -> None:
    campaign = Campaign.objects.create(
        name="Empty", brand=factories.make_brand(postal_address=""), created_at=clock.now()
    )
    assert {found.check for found in gate.blocks(gate.run(campaign))} == {
        "lists",
        "sender",
        "brand",
        "compiling",
    }


def test_nobody_to_mail_blocks_with_the_reasons() -> None:
    list_ = people.make_list()
    people.join(list_, "ann@example.org", state="pending")
    people.join(list_, "bo@example.org", state="unsubscribed")
    campaign = people.make_campaign(lists=[list_])
    (found,) = [found for found in gate.run(campaign) if found.check == "people"]
    assert found.level is Level.BLOCK
    assert found.sentence == "Nobody would get it: 1 wait for confirmation, 1 unsubscribed."


def test_requiring_tells_every_block() -> None:
    with pytest.raises(Blocked, match="no list") as refusal:
        gate.require(a_campaign(lists=[], subject=" "), now=clock.now())
    assert len(refusal.value.findings) >= 2


def test_every_finding_says_a_sentence_and_its_place() -> None:
    for found in gate.run(a_campaign()):
        assert found.sentence.endswith((".", ")")) or "”" in found.sentence
        assert found.place

"""Campaigns are made, copied and changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.services import drafting, lifecycle
from campaigns.services.checks import LaunchRefused
from campaigns.services.drafting import Draft
from campaigns.services.transitions import TransitionRefused
from campaigns.services.values import BadName
from contacts.models import List
from mailhub.content.models import Letter
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import Dispatch
from tests import factories
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db
LETTER = VariantSource(kind="html", locale="en", subject="News", body=people.BODY)


def a_draft(list_: List, *, name: str = "Spring") -> Draft:
    return Draft(
        name=name,
        brand=list_.brand,
        lists=[list_],
        sender_address=factories.SENDER,
        allow_unverified=True,
    )


def test_sending_writes_the_letter_and_launches() -> None:
    campaign = drafting.send(a_draft(people.make_list(people=["ann@example.org"])), letter=LETTER, now=NOW)
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    assert campaign.letter_version.letter.name == "Spring"


def test_sending_later_schedules() -> None:
    at = NOW + timedelta(days=1)
    campaign = drafting.send(a_draft(people.make_list()), letter=LETTER, now=NOW, at=at)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.scheduled_at) == ("scheduled", at)


def test_a_refusal_leaves_neither_letter_nor_draft_nor_dispatch_behind() -> None:
    with pytest.raises(LaunchRefused, match="There is nobody to mail on “News”: nobody is subscribed"):
        drafting.send(a_draft(people.make_list()), letter=LETTER, now=NOW)
    assert not Letter.objects.exists()
    assert not Campaign.objects.exists()
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(("name", "complaint"), [(" ", "needs a name"), ("n" * 201, "201 characters")])
def test_a_campaign_has_a_name_of_reasonable_length(name: str, complaint: str) -> None:
    with pytest.raises(BadName, match=complaint):
        drafting.create(a_draft(people.make_list(), name=name), letter_version=people.make_letter(), now=NOW)


def test_a_clone_takes_the_letter_but_no_schedule_state_or_dispatch() -> None:
    original = people.make_campaign(
        lists=[people.make_list(people=["ann@example.org"])], utm={"utm_source": "news"}, ignore_cap=True
    )
    lifecycle.schedule(original.pk, at=NOW)
    lifecycle.launch(original.pk, now=NOW)
    copy = drafting.clone(original.pk, now=NOW + timedelta(days=1))
    assert (copy.name, copy.state, copy.scheduled_at, copy.dispatch_id) == (
        "Spring (copy)",
        "draft",
        None,
        None,
    )
    assert (copy.letter_version_id, copy.utm, copy.ignore_cap) == (
        original.letter_version_id,
        {"utm_source": "news"},
        True,
    )
    assert list(copy.lists.all()) == list(original.lists.all())
    assert copy.created_at == NOW + timedelta(days=1)


def test_a_clone_of_a_long_name_still_fits() -> None:
    copy = drafting.clone(people.make_campaign(name="n" * 200).pk, now=NOW)
    assert copy.name.endswith(" (copy)")
    assert len(copy.name) == 200


def test_a_draft_takes_another_letter() -> None:
    campaign, letter = people.make_campaign(), people.make_letter(subject="Other")
    drafting.change_letter(campaign.pk, letter)
    campaign.refresh_from_db()
    assert campaign.letter_version == letter


def test_what_is_sending_keeps_its_letter() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(campaign.pk, now=NOW)
    with pytest.raises(TransitionRefused, match="only a draft campaign can be changed"):
        drafting.change_letter(campaign.pk, people.make_letter())

"""Of two people who confirm the same campaign, one launches it."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from campaigns.services import confirming
from campaigns.services.confirming import Changed
from contacts.models import List
from mailhub.delivery.models import Dispatch
from mailhub.lib import clock
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_launch_once() -> None:
    campaign = a_campaign()
    confirmed = confirming.as_it_is(campaign, now=clock.now())

    def launch() -> None:
        confirming.launch(campaign.pk, confirmed=confirmed, now=clock.now())

    answers = people.at_once(launch, launch)
    assert sorted(answers)[1] == "done"
    assert "is sending; only a draft or scheduled campaign can be launched" in sorted(answers)[0]
    assert Dispatch.objects.count() == 1


@pytest.mark.django_db
def test_a_thousandth_more_people_is_still_what_was_confirmed() -> None:
    campaign = a_campaign()
    confirmed = confirming.Confirmed(1000, "News", "news@shop.example", campaign.letter_version_id or 0)
    present = confirming.Confirmed(1001, "News", "news@shop.example", campaign.letter_version_id or 0)
    assert confirming.difference(present, confirmed) == ""
    assert "you confirmed 1,000" in confirming.difference(
        confirming.Confirmed(1002, "News", "news@shop.example", 1), confirmed
    )


@pytest.mark.django_db
def test_a_refused_confirmation_leaves_a_draft() -> None:
    campaign = a_campaign()
    confirmed = confirming.as_it_is(campaign, now=clock.now())
    people.join(List.objects.get(), "bo@example.org")
    with pytest.raises(Changed, match=r"2 people now; you confirmed 1\. Look again before you send\."):
        confirming.launch(campaign.pk, confirmed=confirmed, now=clock.now())
    assert Campaign.objects.get().state == "draft"
    assert not Dispatch.objects.exists()

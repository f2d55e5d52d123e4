"""What needs somebody, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import User
from mailhub.delivery.models import Message, StoredRoute
from reports.models import CampaignFigures
from reports.selectors import attention
from reports.selectors.attention import Need
from reports.selectors.examples import Examples
from reports.services import rollups
from tests.campaigns import people
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN = "ann@example.org"


def needs(examples: Examples | None = None) -> list[Need]:
    return attention.needs(User(role="admin"), now=NOW, examples=examples or Examples())


def told(examples: Examples | None = None) -> list[str]:
    return [f"{need.kind}: {need.title}. {need.text}" for need in needs(examples)]


def launch() -> Campaign:
    campaign = people.make_campaign(lists=[people.make_list(people=[ANN])])
    lifecycle.launch(campaign.pk, now=NOW)
    return campaign


def test_nothing_needs_anybody_in_an_empty_installation() -> None:
    assert needs() == []


def test_a_campaign_on_its_way_shows_how_far_it_has_come() -> None:
    campaign = launch()
    proof, under_way = needs()
    assert (proof.kind, proof.title) == ("warn", "shop.example is not proved")
    assert under_way.title == "“Spring” is being sent"
    assert (under_way.done, under_way.total, under_way.url) == (0, 1, f"/campaigns/{campaign.pk}/")


def test_a_pause_says_its_reason_and_what_waits() -> None:
    campaign = launch()
    lifecycle.pause(campaign.pk)
    Campaign.objects.update(pause_reason="The server refused the login.")
    assert told()[0] == "bad: “Spring” is paused. The server refused the login. 1 letter waits."


def test_an_example_campaign_s_domain_needs_no_proof() -> None:
    campaign = launch()
    titles = [need.title for need in needs(Examples(campaign_ids=frozenset({campaign.pk})))]
    assert titles == ["“Spring” is being sent"]


def test_a_refused_launch_and_a_broken_route_come_first() -> None:
    draft = people.make_campaign(name="Summer")
    Campaign.objects.filter(pk=draft.pk).update(problem="It goes to no list.")
    StoredRoute.objects.create(name="Main", host="mail.example.org", problem="The login was refused.")
    StoredRoute.objects.create(name="Spare", host="x.example.org", use="", problem="Old.")
    assert told() == [
        "bad: “Summer” was not sent. It goes to no list.",
        "bad: The route “Main” does not work. The login was refused.",
    ]


def test_what_goes_out_today_is_said_with_its_time() -> None:
    for hours in (3, 30):
        campaign = people.make_campaign(name=f"In {hours} hours")
        at = NOW + timedelta(hours=hours)
        Campaign.objects.filter(pk=campaign.pk).update(state="scheduled", scheduled_at=at)
    assert "info: “In 3 hours” goes out today. At Sun 1 Mar 2026, 15:00 UTC." in told()
    assert not any("In 30 hours" in line for line in told())


def test_letters_in_doubt_lead_to_their_people() -> None:
    campaign = sent.send([ANN], at=NOW - timedelta(days=1))
    Message.objects.update(state="uncertain")
    rollups.refresh(campaign.pk)
    (need,) = needs()
    assert need.title == "Nobody knows whether 1 letter of “Spring” arrived"
    assert need.url == f"/campaigns/{campaign.pk}/uncertain/"


def test_many_bounces_are_told_from_a_sample_that_says_something() -> None:
    campaign = sent.send([ANN], at=NOW - timedelta(days=1))
    rollups.refresh(campaign.pk)
    CampaignFigures.objects.update(sent_count=499, bounced_count=60)
    assert needs() == []
    CampaignFigures.objects.update(sent_count=1000)
    assert told() == [
        "warn: Many letters of “Spring” came back. "
        "6.0\u202f% of 1\u202f000 bounced; mailbox providers mind from 5 % on."
    ]
    CampaignFigures.objects.update(bounced_count=0, complained_count=2)
    assert told()[0].startswith("warn: People complained about “Spring”.")


def test_a_route_that_nobody_has_tried_wants_a_look() -> None:
    StoredRoute.objects.create(name="Main", host="mail.example.org")
    assert told() == [
        "warn: The route “Main” has not been tried. Letters take it, and nobody knows yet whether it works."
    ]

"""`settle_uncertain`, as somebody at a terminal uses it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Message
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Ann's and Bo's letters are in doubt, Cy's was sent."""
    names = ["ann@example.org", "bo@example.org", "cy@example.org"]
    made = people.make_campaign(lists=[people.make_list(people=names)])
    lifecycle.launch(made.pk, now=NOW)
    Message.objects.update(state="sent", settled_at=NOW)
    Message.objects.exclude(address="cy@example.org").update(state="uncertain", reason="sender_vanished")
    return made


def run(campaign: Campaign, *words: str) -> str:
    out = StringIO()
    call_command("settle_uncertain", str(campaign.pk), *words, stdout=out, no_color=True)
    return out.getvalue()


def test_it_lists_who_when_and_why(campaign: Campaign) -> None:
    told = run(campaign, "--list")
    assert "ann@example.org  2026-03-01 12:00:00 UTC  the sending process died" in told
    assert "2 letters are in doubt" in told and "cy@example.org" not in told
    listed = json.loads(run(campaign, "--list", "--json"))
    assert sorted(row["address"] for row in listed["uncertain"]) == ["ann@example.org", "bo@example.org"]


def test_all_are_marked_as_sent(campaign: Campaign) -> None:
    answer = json.loads(run(campaign, "--mark-sent", "--json"))
    assert (answer["settled"], answer["sent"], answer["uncertain"]) == (2, 3, 0)
    entry = AuditEntry.objects.get(act="campaign.letters_marked_sent")
    assert (entry.actor, entry.detail) == ("manage.py settle_uncertain", {"letters": 2})
    assert "No letter of campaign" in run(campaign, "--list")


def test_one_address_is_sent_again_in_any_spelling(campaign: Campaign) -> None:
    told = run(campaign, "--send-again", "--address", "ANN@Example.org")
    assert told.startswith("1 letter to be sent again.")
    assert dict(Message.objects.values_list("address", "state")) == {
        "ann@example.org": "deferred",
        "bo@example.org": "uncertain",
        "cy@example.org": "sent",
    }


def test_an_address_that_is_not_in_doubt_is_refused_and_nobody_is_settled(campaign: Campaign) -> None:
    with pytest.raises(CommandError, match=r"to cy@example\.org is not in doubt"):
        run(campaign, "--give-up", "--address", "ann@example.org", "--address", "cy@example.org")
    assert Message.objects.filter(state="uncertain").count() == 2


def test_of_a_stopped_campaign_nothing_is_sent_again(campaign: Campaign) -> None:
    lifecycle.stop(campaign.pk)
    with pytest.raises(CommandError, match="stopped for good"):
        run(campaign, "--send-again")
    assert json.loads(run(campaign, "--give-up", "--json"))["failed"] == 2

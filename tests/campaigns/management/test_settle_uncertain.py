"""`settle_uncertain`, as somebody at a terminal uses it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Dispatch, Message
from tests import factories
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
    with pytest.raises(CommandError, match=r"No letter to cy@example\.org is in doubt here"):
        run(campaign, "--give-up", "--address", "ann@example.org", "--address", "cy@example.org")
    assert Message.objects.filter(state="uncertain").count() == 2


def test_of_a_stopped_campaign_nothing_is_sent_again(campaign: Campaign) -> None:
    lifecycle.stop(campaign.pk)
    with pytest.raises(CommandError, match="stopped for good"):
        run(campaign, "--send-again")
    assert json.loads(run(campaign, "--give-up", "--json"))["failed"] == 2


@pytest.fixture
def singles() -> list[Dispatch]:
    """Two single letters in doubt, each with its dispatch."""
    made = []
    for address in ("ann@example.org", "bo@example.org"):
        made.append(factories.make_sending_dispatch([address], producer="confirmation", lane="express"))
        Dispatch.objects.filter(pk=made[-1].pk).update(doubted_at=NOW)
    Message.objects.filter(dispatch__in=made).update(state="uncertain", reason="no_answer", settled_at=NOW)
    return made


def run_single(*words: str) -> str:
    out = StringIO()
    call_command("settle_uncertain", "--single", *words, stdout=out, no_color=True)
    return out.getvalue()


def test_letters_of_no_campaign_are_listed_and_settled(campaign: Campaign, singles: list[Dispatch]) -> None:
    told = run_single("--list")
    assert "ann@example.org  2026-03-01 12:00:00 UTC  the server took the letter" in told
    assert "settle_uncertain --single --mark-sent" in told
    listed = json.loads(run_single("--list", "--json"))["uncertain"]
    assert [row["dispatch_id"] for row in listed] == [dispatch.pk for dispatch in singles]
    assert json.loads(run_single("--mark-sent", "--address", "Bo@example.org", "--json")) == {"settled": 1}
    assert run_single("--give-up").startswith("1 letter marked as not arrived.")
    states = Message.objects.filter(dispatch__in=singles).order_by("id").values_list("state", flat=True)
    assert list(states) == ["failed", "sent"]
    assert Message.objects.filter(dispatch__producer="campaign", state="uncertain").count() == 2
    entry = AuditEntry.objects.get(act="dispatch.letters_given_up")
    assert (entry.actor, entry.detail) == (
        "manage.py settle_uncertain",
        {"letters": 1, "dispatches": 1},
    )
    assert "No letter of a single person is in doubt." in run_single("--list")


def test_it_wants_to_know_whose_letters() -> None:
    with pytest.raises(CommandError):
        call_command("settle_uncertain", "--list")

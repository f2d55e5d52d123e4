"""The commands that read what became of campaigns."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.delivery.models import Message
from mailhub.delivery.tracking import buffer
from mailhub.delivery.tracking.hits import Hit
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(made.pk, now=NOW)
    return made


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, no_color=True)
    return out.getvalue()


def test_the_report_is_text_for_people_and_json_for_programs(campaign: Campaign) -> None:
    assert run("campaign_report", str(campaign.pk)).startswith(f"Campaign {campaign.pk} “Spring” is sending")
    assert json.loads(run("campaign_report", str(campaign.pk), "--json"))["balance"]["planned"] == 1


def test_hits_that_wait_in_the_buffer_are_brought_in_first(campaign: Campaign) -> None:
    dispatch_id = Message.objects.values_list("dispatch_id", flat=True)[0]
    buffer.push(Hit("hit:1", "opened", NOW, dispatch_id, 0, None, "", "", False, "human"))
    report = json.loads(run("campaign_report", str(campaign.pk), "--json"))
    assert report["opens"]["human"] == {"unique": 0, "total": 1}


def test_why_answers_in_sentences(campaign: Campaign) -> None:
    answer = run("why", str(campaign.pk), "ann@example.org")
    assert answer == "ann@example.org has not got it yet: the letter is queued.\n"


def test_why_refuses_what_is_no_address(campaign: Campaign) -> None:
    with pytest.raises(CommandError, match="“ann” is not an e-mail address"):
        run("why", str(campaign.pk), "ann")

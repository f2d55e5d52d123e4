"""The campaign commands, as somebody at a terminal uses them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.content.models import Letter
from mailhub.lib import heartbeat
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db
KEYS = "id state planned queued sent failed skipped uncertain cancelled seconds"


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.html"
    path.write_text(people.BODY)
    return str(path)


def run(*words: str) -> tuple[str, str]:
    """What the command writes on stdout and stderr."""
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def send(letter: str, *more: str, **other: str) -> tuple[str, str]:
    options = {"name": "Spring", "list": "news", "subject": "News", "from": "Shop <news@shop.example>"}
    words = [f"--{name}={value}" for name, value in {**options, **other}.items()]
    return run("send_campaign", *words, f"--html={letter}", "--allow-unverified", *more)


def launched() -> Campaign:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(campaign.pk, now=NOW)
    return campaign


def test_a_letter_from_a_file_goes_to_a_list(letter: str) -> None:
    people.make_list(people=["ann@example.org"])
    heartbeat.write(heartbeat.BULK)
    out, err = send(letter)
    campaign = Campaign.objects.get()
    assert out.startswith(f"Campaign {campaign.pk} “Spring” is sending.\n1 planned: 1 queued")
    assert err == ""
    assert (campaign.sender_name, campaign.sender_address) == ("Shop", "news@shop.example")


def test_json_is_one_object_and_nothing_else(letter: str) -> None:
    people.make_list(people=["ann@example.org"])
    out, _ = send(letter, "--json")
    figures = json.loads(out)
    assert " ".join(figures) == KEYS
    assert (figures["state"], figures["planned"], figures["queued"]) == ("sending", 1, 1)


def test_without_a_worker_it_is_launched_and_says_so(letter: str) -> None:
    people.make_list(people=["ann@example.org"])
    out, err = send(letter, "--json")
    assert json.loads(out)["state"] == "sending"
    assert err.startswith("No worker is running: campaign ")


def test_a_time_schedules_it(letter: str) -> None:
    people.make_list()
    out, err = send(letter, "--at=2999-01-01T09:00+01:00")
    assert "is scheduled." in out
    assert err == ""


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        ({"list": "nowhere"}, "There is no list “nowhere”"),
        ({"from": "Shop"}, "--from should look like"),
        ({"subject": "{{ contact.frist_name }}"}, "subject, line 1, column 4"),
        ({"subject": ""}, "subject"),
        ({"name": " "}, "needs a name"),
        ({"text": "/nowhere.txt"}, "There is no file /nowhere.txt"),
        ({"at": "soon"}, "--at soon is not a time"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_kept(
    letter: str, other: dict[str, Any], complaint: str
) -> None:
    people.make_list(people=["ann@example.org"])
    with pytest.raises(CommandError) as refusal:
        send(letter, **other)
    assert complaint in str(refusal.value)
    assert not Campaign.objects.exists()
    assert not Letter.objects.exists()


def test_waiting_does_not_go_with_a_time(letter: str) -> None:
    people.make_list()
    with pytest.raises(CommandError, match="--wait cannot go with --at"):
        send(letter, "--at=2999-01-01T09:00+01:00", "--wait")


def test_status_tells_people_and_programs() -> None:
    campaign = launched()
    out, _ = run("campaign_status", str(campaign.pk))
    assert out == f"Campaign {campaign.pk} “Spring” is sending.\n1 planned: 1 queued\n"
    out, _ = run("campaign_status", str(campaign.pk), "--json")
    assert " ".join(json.loads(out)) == KEYS


def test_pause_resume_and_stop() -> None:
    campaign = launched()
    for verb, state in (("pause", "paused"), ("resume", "sending"), ("stop", "cancelled")):
        out, _ = run(f"campaign_{verb}", str(campaign.pk))
        assert out.startswith(f"Campaign {campaign.pk} “Spring” is {state}.")


def test_what_cannot_be_done_is_refused_in_a_sentence() -> None:
    campaign = launched()
    with pytest.raises(
        CommandError, match=f"Campaign {campaign.pk} is sending; only a paused campaign can be resumed"
    ):
        run("campaign_resume", str(campaign.pk))


@pytest.mark.parametrize("verb", ["status", "pause", "resume", "stop", "report"])
def test_a_number_of_no_campaign_is_named(verb: str) -> None:
    with pytest.raises(CommandError, match="There is no campaign 4711"):
        run(f"campaign_{verb}", "4711")

"""Why did or didn't this person get it?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Message
from mailhub.delivery.services import events, suppression
from mailhub.delivery.services.events import NewEvent
from mailhub.lib.addresses import InvalidAddress
from reports.selectors import why
from tests.campaigns import people
from tests.campaigns.people import NOW
from tests.reports import ledger_reasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=["ann@example.org", "bo@example.org"])])
    lifecycle.launch(made.pk, now=NOW)
    made.refresh_from_db()
    return made


def told(campaign: Campaign, address: str = "ann@example.org") -> list[str]:
    return why.explain(campaign.pk, address=address)


def settle(state: str, *, reason: str = "", reply: str = "", settled: bool = True) -> Message:
    message = Message.objects.get(address="ann@example.org")
    message.state, message.reason, message.reply = state, reason, reply
    message.settled_at = NOW if settled else None
    message.save()
    return message


def happened(message: Message, kind: str, *, grade: str, seconds: int) -> NewEvent:
    return NewEvent(
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        contact_id=message.contact_id,
        address_hash=message.address_hash,
        type=kind,
        occurred_at=NOW + timedelta(seconds=seconds),
        dedupe_key=f"{kind}:{seconds}",
        grade=grade,
    )


def test_a_letter_that_left_is_told_with_its_time_and_the_server_s_answer(campaign: Campaign) -> None:
    settle("sent", reply="250 OK")
    assert told(campaign) == [
        "ann@example.org was sent it at 2026-03-01 12:00:00 UTC. The server said: 250 OK"
    ]


def test_the_address_is_found_however_it_is_spelt(campaign: Campaign) -> None:
    settle("sent")
    assert told(campaign, " Ann@EXAMPLE.org ")[0].startswith("ann@example.org was sent it")


def test_what_happened_after_it_left_follows_in_its_order(campaign: Campaign) -> None:
    message = settle("sent")
    events.record(
        [
            happened(message, "opened", grade="machine", seconds=1),
            happened(message, "opened", grade="human", seconds=60),
            happened(message, "opened", grade="human", seconds=90),
            happened(message, "unsubscribed", grade="unknown", seconds=120),
        ]
    )
    assert told(campaign)[1:] == [
        "Opened by a machine at 2026-03-01 12:00:01 UTC.",
        "Opened by a human at 2026-03-01 12:01:00 UTC, 2 times.",
        "Unsubscribed at 2026-03-01 12:02:00 UTC.",
    ]


@pytest.mark.parametrize(
    ("state", "reason", "reply", "sentence"),
    [
        ("failed", "bounced", "550 5.1.1 No", "did not get it at 2026-03-01 12:00:00 UTC: the mailbox does not exist"),
        ("uncertain", "sender_vanished", "", "the sender process died while the letter was on its way"),
        ("skipped", "suppressed", "hard_bounce", "UTC: this address is suppressed (hard bounce)."),
        ("skipped", "unsubscribed", "unsubscribed", "UTC: the person had unsubscribed."),
        ("skipped", "capped", "Got another letter.", "the frequency cap (Got another letter)."),
        ("skipped", "paused", "Paused until 2026-04-01.", "had asked for a pause (Paused until 2026-04-01)."),
        ("skipped", "frequency", "", "UTC: the person wants at most one letter a week and had had one."),
        ("skipped", "example_person", "", "example data, which is never mailed in earnest."),
        ("failed", "cannot_render", "first_name is empty.", "with the person's data. first_name is empty."),
        ("skipped", "new_reason", "", "new reason"),
        ("cancelled", "stopped", "", "the campaign was stopped"),
    ],
)  # fmt: skip
def test_every_end_has_its_sentence(
    campaign: Campaign, state: str, reason: str, reply: str, sentence: str
) -> None:
    settle(state, reason=reason, reply=reply)
    assert sentence in told(campaign)[0]


def test_every_reason_that_exists_has_words() -> None:
    there_are = ledger_reasons.all_of_them()
    assert {"paused", "frequency", "example_person", "stopped", "bounced", "suppressed"} <= there_are
    assert there_are - set(why.REASONS) == set()


@pytest.mark.parametrize(
    ("reason", "reply", "sentence"),
    [
        ("route", "No connection to mail.shop.test.",
         "our own mail server could not be reached, and it is tried again. No connection to mail.shop.test."),
        ("not_before", "", "its moment has not come yet."),
    ],
)  # fmt: skip
def test_a_letter_that_waits_says_for_what(
    campaign: Campaign, reason: str, reply: str, sentence: str
) -> None:
    settle("deferred", reason=reason, reply=reply, settled=False)
    assert told(campaign) == [f"ann@example.org has not got it yet: {sentence}"]


def test_a_letter_that_was_put_off_is_still_coming(campaign: Campaign) -> None:
    settle("deferred", reason="deferred", reply="451 Later", settled=False)
    assert told(campaign) == [
        "ann@example.org has not got it yet: the receiving server put it off, and it is tried again."
        " The server said: 451 Later"
    ]


def test_a_queued_letter_of_a_paused_campaign_says_what_it_waits_for(campaign: Campaign) -> None:
    lifecycle.pause(campaign.pk)
    assert told(campaign) == [
        "ann@example.org has not got it yet: the letter is queued, and the campaign is paused."
    ]


def test_somebody_who_left_before_was_not_in_the_audience(campaign: Campaign) -> None:
    people.join(campaign.lists.get(), "cy@example.org", state="unsubscribed")
    first, second = told(campaign, "cy@example.org")
    assert (
        first
        == f"cy@example.org was not in the audience of campaign {campaign.pk} at 2026-03-01 12:00:00 UTC."
    )
    assert second.startswith("cy@example.org left the list “News”")


def test_somebody_who_joined_later_has_nothing_in_the_way(campaign: Campaign) -> None:
    people.join(campaign.lists.get(), "cy@example.org")
    assert told(campaign, "cy@example.org")[1] == "Nothing stands in the way of cy@example.org now."


def test_an_unknown_address_says_so_and_whether_it_is_suppressed(campaign: Campaign) -> None:
    suppression.suppress(address_hash("cy@example.org"), reason="erased")
    _, unknown, suppressed = told(campaign, "cy@example.org")
    assert unknown == "MailHub knows no contact cy@example.org."
    assert suppressed.startswith("The address is suppressed at ")
    assert suppressed.endswith(": erased.")


def test_a_draft_has_been_sent_to_nobody() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    assert told(campaign)[0] == f"Campaign {campaign.pk} is draft: it was not sent to anybody."


def test_what_is_no_address_is_refused(campaign: Campaign) -> None:
    with pytest.raises(InvalidAddress, match="is not an e-mail address"):
        told(campaign, "ann")

"""What the API does with campaigns beyond its examples."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, TestLetter
from campaigns.services import drafting, lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.accounts.services import api_keys
from mailhub.delivery.models import Dispatch, Message
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign, said

pytestmark = pytest.mark.django_db


def test_a_test_by_the_api_counts_before_sending_and_is_from_the_campaigns_sender() -> None:
    campaign = a_campaign(sender_name="Sale", sender_address="sale@shop.example")
    key = api_keys.create("Shop", scopes=["all"], requests_per_minute=1000).secret
    answer = Client().post(
        f"/api/v1/campaigns/{campaign.pk}/test",
        {"emails": ["cy@shop.example"]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 202
    dispatch = Dispatch.objects.get(pk=answer.json()["dispatch_id"])
    assert (dispatch.sender_name, dispatch.sender_address) == ("Sale", "sale@shop.example")
    tested = TestLetter.objects.get(campaign=campaign)
    assert (tested.dispatch_id, tested.letter_version_id) == (dispatch.pk, campaign.letter_version_id)
    assert said("testing", campaign) == [("pass", "A test of this letter was sent.")]


def settle(campaign_id: int, body: object, *scopes: str, **headers: str) -> Any:
    key = api_keys.create("Shop", scopes=scopes or ["all"], requests_per_minute=1000)
    return Client().post(
        f"/api/v1/campaigns/{campaign_id}/settle",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key.secret}", **headers},
    )


def in_doubt(*, state: str = "sending") -> Campaign:
    """A launched campaign whose two letters are in doubt."""
    campaign = a_campaign(to=("ann@gmail.com", "bo@gmail.com"))
    lifecycle.launch(campaign.pk, now=clock.now())
    Message.objects.update(state="uncertain", reason="no_answer", settled_at=clock.now())
    if state == "cancelled":
        lifecycle.stop(campaign.pk)
    return campaign


def ids() -> list[int]:
    return list(Message.objects.order_by("id").values_list("id", flat=True))


def test_letters_in_doubt_are_settled_once_and_the_log_says_by_whom() -> None:
    campaign = in_doubt()
    body = {"act": "send_again", "message_ids": ids()[:1]}
    first = settle(campaign.pk, body, **{"Idempotency-Key": "one"})
    assert (first.status_code, first.json()["settled"]) == (200, 1)
    assert first.json()["campaign"]["balance"]["uncertain"] == 1
    again = settle(campaign.pk, body)
    assert (again.status_code, again.json()["settled"]) == (200, 0)
    entry = AuditEntry.objects.get(act="campaign.letters_sent_again")
    assert (entry.target_id, entry.detail) == (str(campaign.pk), {"letters": 1})


def test_all_that_are_in_doubt_are_given_up_when_that_is_said() -> None:
    campaign = in_doubt()
    assert settle(campaign.pk, {"act": "give_up", "all": True}).json()["settled"] == 2
    assert set(Message.objects.values_list("state", "reason")) == {("failed", "marked_lost")}


@pytest.mark.parametrize(
    "body",
    [
        {"act": "give_up"},
        {"act": "give_up", "all": False},
        {"act": "give_up", "all": True, "message_ids": [1]},
        {"act": "give_up", "message_ids": []},
        {"act": "burn", "all": True},
    ],
)
def test_nothing_is_settled_by_a_request_that_does_not_say_what(body: object) -> None:
    answer = settle(in_doubt().pk, body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert Message.objects.filter(state="uncertain").count() == 2


def test_what_was_stopped_is_not_sent_again() -> None:
    answer = settle(in_doubt(state="cancelled").pk, {"act": "send_again", "all": True})
    assert (answer.status_code, "stopped for good" in answer.json()["detail"]) == (409, True)


def test_settling_takes_the_scope_of_sending_and_a_campaign_that_there_is() -> None:
    campaign = in_doubt()
    refused = settle(campaign.pk, {"act": "give_up", "all": True}, "campaigns:read", "campaigns:write")
    assert (refused.status_code, refused.json()["scope"]) == (403, "campaigns:send")
    assert settle(campaign.pk + 1, {"act": "give_up", "all": True}).status_code == 404


def test_letters_of_other_campaigns_stay_in_doubt() -> None:
    campaign = in_doubt()
    draft = drafting.clone(campaign.pk, now=clock.now())
    assert settle(draft.pk, {"act": "give_up", "message_ids": ids()}).json()["settled"] == 0
    assert Message.objects.filter(state="uncertain").count() == 2
    assert campaign.pk != draft.pk

"""What the API does with campaigns beyond its examples."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import TestLetter
from mailhub.accounts.services import api_keys
from mailhub.delivery.models import Dispatch
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

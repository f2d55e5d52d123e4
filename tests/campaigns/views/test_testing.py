"""Test letters of a draft."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import TestLetter
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Brand, Dispatch, Message
from tests import factories
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def brand() -> None:
    factories.make_brand(sender_name="Shop", sender_address=factories.SENDER)


def test_one_click_sends_it_to_oneself(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    client.post(f"/campaigns/{campaign.pk}/test/me/")
    assert Message.objects.get().address == "editor@shop.example"
    assert TestLetter.objects.get().letter_version_id == campaign.letter_version_id
    assert AuditEntry.objects.get(act="campaign.tested").detail == {"addresses": 1}
    page = client.get(f"/campaigns/{campaign.pk}/?open=test").content.decode()
    assert "1 test sent" in page
    assert "editor@shop.example: queued" in page


def test_it_is_from_the_campaigns_sender_and_the_brand_needs_none(client: Client) -> None:
    sign_in(client, "editor")
    Brand.objects.update(sender_name="", sender_address="")
    campaign = a_campaign(
        sender_name="Sale", sender_address="sale@shop.example", reply_to="answers@shop.example"
    )
    client.post(f"/campaigns/{campaign.pk}/test/me/")
    dispatch = Dispatch.objects.get()
    assert (dispatch.sender_name, dispatch.sender_address) == ("Sale", "sale@shop.example")
    assert dispatch.reply_to == "answers@shop.example"


def test_a_draft_without_a_sender_is_tested_from_the_brands(client: Client) -> None:
    sign_in(client, "editor")
    client.post(f"/campaigns/{a_campaign(sender_address='').pk}/test/me/")
    assert Dispatch.objects.get().sender_address == factories.SENDER


def test_it_goes_to_a_few_others(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    client.post(f"/campaigns/{campaign.pk}/test/", {"addresses": "ann@example.org, bo@example.org"})
    assert sorted(Message.objects.values_list("address", flat=True)) == ["ann@example.org", "bo@example.org"]


def test_what_is_no_address_is_told_beside_the_field(client: Client) -> None:
    sign_in(client)
    answer = client.post(f"/campaigns/{a_campaign().pk}/test/", {"addresses": "ann"})
    assert answer.status_code == 422
    assert "“ann” is not an e-mail address" in answer.content.decode()
    assert not Message.objects.exists()


def test_who_has_no_address_is_told_so(client: Client) -> None:
    user = sign_in(client, "editor")
    user.email = ""
    user.save(update_fields=["email"])
    campaign = a_campaign()
    client.post(f"/campaigns/{campaign.pk}/test/me/")
    assert "Your account has no e-mail address" in client.get(f"/campaigns/{campaign.pk}/").content.decode()

"""Campaigns are renamed, copied and deleted."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.content.models import Letter
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db


def test_a_launched_campaign_can_be_renamed_too(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    lifecycle.launch(campaign.pk, now=clock.now())
    client.post(f"/campaigns/{campaign.pk}/rename/", {"name": "Summer"})
    assert Campaign.objects.get().name == "Summer"
    assert AuditEntry.objects.get(act="campaign.renamed").detail == {"from": "Spring"}


def test_an_empty_name_is_refused(client: Client) -> None:
    sign_in(client, "editor")
    assert client.post(f"/campaigns/{a_campaign().pk}/rename/", {"name": " "}).status_code == 422


def test_a_copy_opens_at_once(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    assert "Duplicate “Spring”?" in client.get(f"/campaigns/{campaign.pk}/clone/").content.decode()
    answer = client.post(f"/campaigns/{campaign.pk}/clone/")
    copy = Campaign.objects.get(name="Spring (copy)")
    assert answer.headers["Location"] == f"/campaigns/{copy.pk}/"


def test_a_draft_is_deleted_and_its_letter_stays(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    assert "Delete “Spring”?" in client.get(f"/campaigns/{campaign.pk}/delete/").content.decode()
    assert client.post(f"/campaigns/{campaign.pk}/delete/").headers["Location"] == "/campaigns/"
    assert not Campaign.objects.exists()
    assert Letter.objects.exists()
    assert AuditEntry.objects.get(act="campaign.deleted").target_label == "Spring"


def test_what_was_launched_is_not_deleted(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    lifecycle.launch(campaign.pk, now=clock.now())
    client.post(f"/campaigns/{campaign.pk}/delete/")
    assert Campaign.objects.exists()
    assert "only a draft campaign can be deleted" in client.get(f"/campaigns/{campaign.pk}/").content.decode()


@pytest.mark.parametrize("act", ["rename", "clone", "delete"])
def test_a_viewer_does_none_of_it(client: Client, act: str) -> None:
    sign_in(client, "viewer")
    assert client.post(f"/campaigns/{a_campaign().pk}/{act}/").status_code == 403

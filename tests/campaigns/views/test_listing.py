"""The list of campaigns, and new ones."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Event, Message
from mailhub.lib import clock
from mailhub.web import search
from tests import factories
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db


def test_without_campaigns_the_next_step_is_offered(client: Client) -> None:
    sign_in(client)
    page = client.get("/campaigns/").content.decode()
    assert "No campaigns yet" in page
    assert 'href="/campaigns/new/"' in page


def test_a_row_says_state_lists_and_people(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign(to=("ann@example.org", "bo@example.org"))
    lifecycle.launch(campaign.pk, now=clock.now())
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(pk=message.pk).update(state="sent", settled_at=clock.now())
    Event.objects.create(
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        type="clicked",
        grade="human",
        occurred_at=clock.now(),
        recorded_at=clock.now(),
        dedupe_key="one",
    )
    page = client.get("/campaigns/").content.decode()
    assert "Sending" in page
    assert "News" in page
    assert "1 of 2" in page
    assert page.count("100.0") == 2


def test_tabs_and_search_narrow_the_list(client: Client) -> None:
    sign_in(client)
    list_ = people.make_list(people=["ann@example.org"])
    people.make_campaign(lists=[list_], name="Spring")
    autumn = people.make_campaign(lists=[list_], name="Autumn")
    lifecycle.launch(autumn.pk, now=clock.now())
    assert "Autumn" not in client.get("/campaigns/?state=draft").content.decode()
    assert "Spring" not in client.get("/campaigns/?q=aut").content.decode()
    assert "No campaign is like that" in client.get("/campaigns/?q=winter").content.decode()


def test_a_name_is_enough_for_a_new_campaign(client: Client) -> None:
    sign_in(client, "editor")
    factories.make_brand(sender_name="Shop", sender_address="news@shop.example")
    answer = client.post("/campaigns/new/", {"name": "Spring"})
    campaign = Campaign.objects.get()
    assert answer.headers["Location"] == f"/campaigns/{campaign.pk}/"
    assert (campaign.name, campaign.sender_address) == ("Spring", "news@shop.example")
    assert AuditEntry.objects.filter(act="campaign.created", target_label="Spring").exists()


def test_a_new_campaign_can_begin_as_a_copy(client: Client) -> None:
    sign_in(client, "editor")
    original = a_campaign()
    client.post("/campaigns/new/", {"name": "Autumn", "copy_of": original.pk})
    copy = Campaign.objects.get(name="Autumn")
    assert copy.letter_version == original.letter_version
    assert list(copy.lists.all()) == list(original.lists.all())


def test_a_name_is_needed(client: Client) -> None:
    sign_in(client, "editor")
    answer = client.post("/campaigns/new/", {"name": "  "})
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_a_viewer_makes_no_campaign(client: Client) -> None:
    sign_in(client, "viewer")
    assert client.get("/campaigns/new/").status_code == 403
    assert client.post("/campaigns/new/", {"name": "Spring"}).status_code == 403


def test_the_search_of_the_shell_finds_campaigns(client: Client) -> None:
    user = sign_in(client)
    campaign = a_campaign()
    (group,) = [group for group in search.find("spri", user=user) if group.label == "Campaigns"]
    assert [(hit.title, hit.url) for hit in group.hits] == [("Spring", f"/campaigns/{campaign.pk}/")]

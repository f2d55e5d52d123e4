"""Campaigns in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import User
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db
LIST = "admin:campaigns_campaign_changelist"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ann", "ann@example.org", "pw"))
    return client


@pytest.fixture
def campaign() -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(made.pk, now=NOW)
    return made


def page_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def act(staff: Client, action: str, *campaigns: Campaign) -> str:
    data = {"action": action, "_selected_action": [campaign.pk for campaign in campaigns]}
    return staff.post(reverse(LIST), data, follow=True).content.decode()


def form(campaign: Campaign, **changes: str) -> dict[str, object]:
    return {
        "name": campaign.name,
        "brand": campaign.brand_id,
        "letter_version": campaign.letter_version_id,
        "sender_address": campaign.sender_address,
        "utm": "{}",
        **changes,
    }


def test_campaigns_are_found_by_name_and_by_number(staff: Client, campaign: Campaign) -> None:
    people.make_campaign(name="Autumn")
    for term in ("Spring", str(campaign.pk)):
        page = staff.get(reverse(LIST), {"q": term}).content.decode()
        assert "Spring" in page
        assert "Autumn" not in page


def test_a_launched_campaign_shows_its_balance_and_nothing_to_edit(staff: Client, campaign: Campaign) -> None:
    page = staff.get(page_of(campaign)).content.decode()
    assert "1 planned: 1 queued" in page
    assert 'name="sender_address"' not in page


def test_a_draft_is_written_and_remembers_who_wrote_it(staff: Client) -> None:
    like = people.make_campaign()
    url = reverse("admin:campaigns_campaign_add")
    assert staff.get(url).status_code == 200
    staff.post(url, form(like, name="Autumn"))
    made = Campaign.objects.get(name="Autumn")
    assert (made.state, made.created_by) == ("draft", User.objects.get())


def test_a_draft_is_changed(staff: Client) -> None:
    draft = people.make_campaign()
    staff.post(page_of(draft), form(draft, name="Summer"))
    draft.refresh_from_db()
    assert draft.name == "Summer"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("sender_name", "Ann\r\nBcc: x@example.org", "line break"),
        ("sender_address", "not-an-address", "not an e-mail address"),
        ("sender_address", "boss@gmail.com", "mailbox provider"),
        ("reply_to", "nobody", "not an e-mail address"),
        ("utm", "[1]", "UTM parameters"),
        ("utm", '{"utm_source": 7}', "UTM parameters"),
        ("utm", '"text"', "UTM parameters"),
    ],
)
def test_a_draft_is_not_given_what_a_launch_would_refuse(
    staff: Client, field: str, value: str, sentence: str
) -> None:
    draft = people.make_campaign()
    page = staff.post(page_of(draft), form(draft, **{field: value})).content.decode()
    assert sentence in page
    assert f'id="id_{field}_error"' in page
    kept = Campaign.objects.get()
    assert getattr(kept, field) == getattr(draft, field)


def test_a_draft_keeps_addresses_as_servers_are_told_them(staff: Client) -> None:
    draft = people.make_campaign()
    staff.post(page_of(draft), form(draft, reply_to=" answers@bücher.example ", utm='{"utm_source": "news"}'))
    draft.refresh_from_db()
    assert (draft.reply_to, draft.utm) == ("answers@xn--bcher-kva.example", {"utm_source": "news"})


def test_what_was_launched_is_not_changed(staff: Client, campaign: Campaign) -> None:
    assert staff.post(page_of(campaign), form(campaign, name="Summer")).status_code == 403
    campaign.refresh_from_db()
    assert (campaign.name, campaign.state) == ("Spring", "sending")


def test_actions_go_through_the_state_machine(staff: Client, campaign: Campaign) -> None:
    for action, state in (("pause", "paused"), ("resume", "sending"), ("stop", "cancelled")):
        act(staff, action, campaign)
        campaign.refresh_from_db()
        assert campaign.state == state


def test_each_of_many_gets_its_own_answer(staff: Client, campaign: Campaign) -> None:
    draft = people.make_campaign(name="Autumn")
    page = act(staff, "pause", campaign, draft)
    assert "“Spring” is paused." in page
    assert f"Campaign {draft.pk} is draft; only a sending campaign can be paused." in page


def test_a_clone_is_a_draft_of_who_made_it(staff: Client, campaign: Campaign) -> None:
    act(staff, "clone", campaign)
    copy = Campaign.objects.get(name="Spring (copy)")
    assert (copy.state, copy.created_by) == ("draft", User.objects.get())


def test_a_scheduled_campaign_is_unscheduled(staff: Client) -> None:
    campaign = people.make_campaign(lists=[people.make_list()])
    lifecycle.schedule(campaign.pk, at=NOW)
    act(staff, "unschedule", campaign)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_only_a_draft_can_be_deleted_and_only_by_itself(staff: Client, campaign: Campaign) -> None:
    draft = people.make_campaign(name="Autumn")
    assert "delete_selected" not in staff.get(reverse(LIST)).content.decode()
    for each in (campaign, draft):
        staff.post(reverse("admin:campaigns_campaign_delete", args=[each.pk]), {"post": "yes"})
    assert list(Campaign.objects.values_list("name", flat=True)) == ["Spring"]

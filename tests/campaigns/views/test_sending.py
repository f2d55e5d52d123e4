"""Launching and scheduling: what was confirmed is what is sent, once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from campaigns.models import Campaign
from contacts.models import Contact, List
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import AddressRecord, Dispatch, Message
from mailhub.lib import clock
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db


def asked(client: Client, campaign: Campaign, **moment: str) -> dict[str, str]:
    """What the confirmation would send along."""
    page = client.get(f"/campaigns/{campaign.pk}/launch/", moment).content.decode()
    form = page[page.index(f'action="/campaigns/{campaign.pk}/launch/"') :]
    hidden = re.findall(
        r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form[: form.index("</form>")]
    )
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in hidden}


def test_the_confirmation_repeats_what_will_be_done(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign(sender_name="Shop")
    page = client.get(f"/campaigns/{campaign.pk}/launch/").content.decode()
    for words in (
        "1 person",
        "News",
        "Shop &lt;news@shop.example&gt;",
        "ann@example.org",
        "Send to 1 person now",
    ):
        assert words in page
    assert Campaign.objects.get().state == "draft"


def test_confirmed_it_is_sent(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    answer = client.post(f"/campaigns/{campaign.pk}/launch/", asked(client, campaign))
    assert answer.headers["Location"] == f"/campaigns/{campaign.pk}/"
    assert Campaign.objects.get().state == "sending"
    assert Message.objects.count() == 1
    assert AuditEntry.objects.get(act="campaign.launched").detail == {"people": 1}


def test_a_double_click_launches_once(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = asked(client, campaign)
    client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    again = client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    assert again.headers["Location"] == f"/campaigns/{campaign.pk}/"
    assert Dispatch.objects.count() == 1


def test_more_people_than_confirmed_are_asked_about_again(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = asked(client, campaign)
    people.join(List.objects.get(), "bo@example.org")
    answer = client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    assert answer.status_code == 422
    assert "It would go to 2 people now; you confirmed 1." in answer.content.decode()
    assert Campaign.objects.get().state == "draft"


def test_another_subject_than_confirmed_is_asked_about_again(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = asked(client, campaign)
    Campaign.objects.update(letter_version=people.make_letter(subject="Other"))
    answer = client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    assert "changed the subject to “Other”" in answer.content.decode()
    assert Campaign.objects.get().state == "draft"


def test_another_sender_than_confirmed_is_asked_about_again(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = asked(client, campaign)
    Campaign.objects.update(sender_address="other@shop.example")
    answer = client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    assert "changed the sender to other@shop.example" in answer.content.decode()


def test_a_blocked_campaign_is_not_offered_to_be_sent(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = asked(client, campaign)
    List.objects.get().subscriptions.all().delete()
    page = client.get(f"/campaigns/{campaign.pk}/launch/").content.decode()
    assert "It cannot be sent as it is" in page
    assert client.post(f"/campaigns/{campaign.pk}/launch/", confirmed).status_code == 422
    assert Campaign.objects.get().state == "draft"


def test_above_ten_thousand_the_number_has_to_be_typed(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    confirmed = {**asked(client, campaign), "count": "12304"}
    answer = client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    assert "Type 12304 to send to that many people." in answer.content.decode()
    typed = client.post(f"/campaigns/{campaign.pk}/launch/", {**confirmed, "typed": "12 304"})
    assert "It would go to 1 person now" in typed.content.decode()


def moment(local: datetime) -> dict[str, str]:
    return {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "zone": str(local.tzinfo)}


def in_berlin(days: int) -> datetime:
    local = (clock.now() + timedelta(days=days)).astimezone(ZoneInfo("Europe/Berlin"))
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


def test_a_campaign_is_scheduled_on_the_clock_of_its_zone(client: Client) -> None:
    sign_in(client)
    campaign, at = a_campaign(), in_berlin(2)
    confirmed = asked(client, campaign, **moment(at))
    client.post(f"/campaigns/{campaign.pk}/launch/", confirmed)
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.scheduled_at, campaign.time_zone) == ("scheduled", at, "Europe/Berlin")
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Unschedule" in page
    assert AuditEntry.objects.filter(act="campaign.scheduled").exists()


def test_who_had_a_letter_today_is_counted_for_a_letter_of_tomorrow(client: Client) -> None:
    sign_in(client)
    campaign, at = a_campaign(), in_berlin(2)
    ann = Contact.objects.get()
    AddressRecord.objects.create(address_hash=ann.address_hash, last_marketing_at=clock.now())
    assert "It cannot be sent as it is" in client.get(f"/campaigns/{campaign.pk}/launch/").content.decode()
    client.post(f"/campaigns/{campaign.pk}/launch/", asked(client, campaign, **moment(at)))
    assert Campaign.objects.get().state == "scheduled"
    assert "1 person on News" in client.get(f"/campaigns/{campaign.pk}/").content.decode()


def test_the_button_says_the_moment(client: Client) -> None:
    sign_in(client)
    campaign, at = a_campaign(), in_berlin(2)
    answer = client.get(f"/campaigns/{campaign.pk}/moment/", moment(at), headers={"HX-Request": "true"})
    assert f"Schedule for {at:%a} {at.day} {at:%b} {at.year}, 09:00 {at.tzname()}" in answer.content.decode()


def test_a_past_moment_is_refused(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    answer = client.get(f"/campaigns/{campaign.pk}/launch/", moment(in_berlin(-2)))
    assert answer.status_code == 422
    assert "This time is past." in answer.content.decode()


def test_unscheduled_it_is_a_draft_again(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    client.post(f"/campaigns/{campaign.pk}/launch/", asked(client, campaign, **moment(in_berlin(2))))
    client.post(f"/campaigns/{campaign.pk}/unschedule/")
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.scheduled_at) == ("draft", None)
    assert AuditEntry.objects.filter(act="campaign.unscheduled").exists()


def test_looking_at_the_confirmation_changes_nothing(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    client.head(f"/campaigns/{campaign.pk}/launch/")
    client.get(f"/campaigns/{campaign.pk}/unschedule/")
    assert Campaign.objects.get().state == "draft"
    assert client.get(f"/campaigns/{campaign.pk}/unschedule/").status_code == 405


@pytest.mark.parametrize("act", ["launch", "unschedule", "pause", "resume", "stop", "test"])
def test_an_editor_sends_nothing(client: Client, act: str) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    assert client.post(f"/campaigns/{campaign.pk}/{act}/").status_code == 403
    assert "needs the role" in client.get(f"/campaigns/{campaign.pk}/").content.decode()

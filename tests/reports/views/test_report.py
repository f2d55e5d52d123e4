"""A campaign's report in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from campaigns.models import Campaign
from contacts.services import wishes
from mailhub.delivery.models import Dispatch, Message
from mailhub.lib import clock
from reports.services import rollups
from tests.campaigns import people
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.com"
LONG_AGO = timedelta(days=3)


@pytest.fixture
def campaign() -> Campaign:
    made = sent.send([ANN, BO, CY], at=clock.now() - LONG_AGO)
    sent.happened(made, "opened", ANN)
    sent.happened(made, "clicked", BO, link=1)
    sent.happened(made, "opened", CY, grade="machine")
    sent.happened(made, "unsubscribed", BO)
    return made


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(sent.make_user("viewer"))
    return client


def page(client: Client, campaign: Campaign, query: str = "") -> str:
    answer = client.get(f"/campaigns/{campaign.pk}/report/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u202f", " ").split())


def test_it_begins_with_one_sentence(viewer: Client, campaign: Campaign) -> None:
    told = page(viewer, campaign)
    assert "2 of 3 people opened (66.6 %). 1 clicked, 1 left." in told or "(66.7 %)" in told
    assert "and 1 by machines" in told


def test_a_curve_that_never_left_the_ground_is_a_sentence(viewer: Client) -> None:
    told = page(viewer, sent.send([ANN, BO], at=clock.now() - LONG_AGO))
    assert "There is nothing to draw yet." in told
    assert "plot" not in told


def test_every_number_of_people_leads_to_them(viewer: Client, campaign: Campaign) -> None:
    told = page(viewer, campaign)
    for query in ("state=sent", "did=opened", "did=clicked", "did=unsubscribed", "did=complained", "link=1"):
        assert f"/campaigns/{campaign.pk}/recipients/?{query}" in told


def test_the_usual_is_named_once_there_is_one(viewer: Client, campaign: Campaign) -> None:
    for number in range(3):
        at = clock.now() - timedelta(days=10 + number)
        earlier = sent.send([ANN, BO], at=at, slug=f"list-{number}", name=f"No. {number}")
        sent.happened(earlier, "opened", ANN)
    rollups.refresh_due(now=clock.now())
    assert "your usual is 50.0 %" in page(viewer, campaign)


def test_a_young_letter_is_said_to_be_young(viewer: Client) -> None:
    young = sent.send([ANN], at=clock.now() - timedelta(minutes=4))
    assert "Sent 4 minutes ago. Numbers settle after about 24 h." in page(viewer, young).replace("\xa0", " ")


def test_captured_letters_are_not_called_delivered_to_anybody(viewer: Client) -> None:
    kept = sent.send([ANN], at=clock.now() - LONG_AGO, captured=True)
    assert "1 letter was captured; it has not left." in page(viewer, kept)


def test_a_campaign_that_is_not_measured_has_no_rates(viewer: Client, campaign: Campaign) -> None:
    assert campaign.dispatch is not None
    campaign.dispatch.tracking = "off"
    campaign.dispatch.save()
    told = page(viewer, campaign)
    assert "Opens and clicks were not measured" in told
    assert "people opened (" not in told


def test_what_failed_is_told_in_words(viewer: Client, campaign: Campaign) -> None:
    Message.objects.filter(address=CY).update(state="failed", reason="bounced")
    told = page(viewer, campaign)
    assert "The mailbox does not exist." in told
    assert "?state=failed&amp;reason=bounced" in told


def test_why_people_left_is_told_as_far_as_they_said(viewer: Client, campaign: Campaign) -> None:
    wishes.give_reason(
        "0" * 32,
        contact=None,
        reason="too_many",
        text="",
        list_id=campaign.lists.get().pk,
        dispatch_id=campaign.dispatch_id or 0,
    )
    assert "Too many letters" in page(viewer, campaign)


def test_it_can_stand_beside_another_campaign(viewer: Client, campaign: Campaign) -> None:
    other = sent.send([ANN, BO], at=clock.now() - timedelta(days=9), slug="other", name="Winter")
    rollups.refresh_due(now=clock.now())
    told = page(viewer, campaign, f"?with={other.pk}")
    assert "Difference in points" in told
    assert f'<option value="{other.pk}" selected>Winter' in told
    for nonsense in ("x", "99999999999999999999", "١", str(campaign.pk), "0"):
        assert "Difference in points" not in page(viewer, campaign, f"?with={nonsense}")


def test_while_it_is_sent_the_page_asks_again_and_stops_when_it_is_over(
    viewer: Client, campaign: Campaign
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "report-living"}
    url = f"/campaigns/{campaign.pk}/report/"
    assert viewer.get(url, headers=headers).status_code == 286
    Campaign.objects.update(state="sending", finished_at=None)
    fragment = viewer.get(url, headers=headers)
    assert fragment.status_code == 200
    assert b'hx-trigger="every 3s"' in fragment.content
    assert b"<html" not in fragment.content


def test_a_draft_has_a_report_that_says_so(viewer: Client) -> None:
    assert "This campaign has not been sent yet." in page(viewer, people.make_campaign())


def test_a_campaign_that_is_not_there_is_not_found(viewer: Client) -> None:
    for path in ("report/", "report/map/", "recipients/"):
        assert viewer.get(f"/campaigns/4711/{path}").status_code == 404


def test_the_map_is_a_page_of_its_own_that_can_do_nothing(viewer: Client, campaign: Campaign) -> None:
    answer = viewer.get(f"/campaigns/{campaign.pk}/report/map/")
    assert "1 · 100%" in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("; sandbox") and "script-src" not in policy and "default-src 'none'" in policy


def test_the_map_of_a_draft_says_why_there_is_none(viewer: Client) -> None:
    answer = viewer.get(f"/campaigns/{people.make_campaign().pk}/report/map/")
    assert (answer.status_code, b"Nothing has been sent yet" in answer.content) == (404, True)


def test_all_campaigns_stand_in_one_table(viewer: Client, campaign: Campaign) -> None:
    rollups.refresh_due(now=clock.now())
    told = viewer.get("/reports/").content.decode()
    assert "Spring" in told and "1 entry" in told
    assert viewer.get("/reports/?days=30&sort=-opened").status_code == 200
    assert "No campaign was sent in this time" not in told
    assert viewer.get("/reports/?days=nonsense&sort=nonsense&cursor=nonsense").status_code == 200


def test_captured_letters_stay_captured_when_one_of_their_people_is_erased(viewer: Client) -> None:
    kept = sent.send([ANN, BO], at=clock.now() - LONG_AGO, captured=True)
    sent.happened(kept, "opened", ANN)
    Message.objects.filter(address=BO).update(address="", reply="")
    told = page(viewer, kept)
    assert "2 letters were captured; none has left." in told
    assert "none has left</span>" in told and "no rate: captured" in told
    assert "Delivered" not in told.partition("How this is counted")[0] and "people opened (" not in told


def test_letters_of_which_a_part_was_captured_have_no_rates(viewer: Client) -> None:
    mixed = sent.send([ANN, BO], at=clock.now() - LONG_AGO, captured=True)
    Message.objects.filter(address=BO).update(reply="250 OK")
    Dispatch.objects.update(left_at=mixed.launched_at)
    told = page(viewer, mixed)
    assert "1 of 2 letters were captured and have not left." in told
    assert "and 1 captured" in told and "no rate: captured" in told


def test_a_captured_campaign_is_compared_with_nothing(viewer: Client, campaign: Campaign) -> None:
    kept = sent.send([ANN], at=clock.now() - LONG_AGO, slug="kept", captured=True)
    rollups.refresh_due(now=clock.now())
    told = page(viewer, campaign, f"?with={kept.pk}").partition("Difference in points")[2]
    assert told.count('<td class="numeric">–</td>') == 5


def test_the_overview_marks_captured_campaigns_and_gives_them_no_rate(viewer: Client) -> None:
    sent.happened(sent.send([ANN], at=clock.now(), captured=True), "opened", ANN)
    rollups.refresh_due(now=clock.now())
    told = viewer.get("/reports/").content.decode()
    assert "1 only captured" in told and "captured</span>" in told
    assert "100.0" not in told


def test_a_letter_of_this_minute_was_sent_just_now(viewer: Client) -> None:
    assert "Sent just now. Numbers settle" in page(viewer, sent.send([ANN], at=clock.now()))


def test_a_link_s_share_names_its_base(viewer: Client, campaign: Campaign) -> None:
    told = page(viewer, campaign)
    assert "its share of the 1 person who clicked" in told
    assert '100.0 %</span> <span class="muted">of 1</span>' in told


def test_letters_of_erased_people_are_called_erased(viewer: Client, campaign: Campaign) -> None:
    Message.objects.filter(address=CY).update(address="")
    told = page(viewer, campaign)
    assert '<span class="muted">erased</span>' in told
    assert '?domain="' not in told

"""Home in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from campaigns.services import lifecycle
from mailhub.delivery.models import StoredRoute
from mailhub.demo.models import DemoLoad
from mailhub.demo.services import loading
from mailhub.lib import clock
from reports.services import rollups
from tests.campaigns import people
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(sent.make_user("admin"))
    return client


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_newcomer_sees_six_steps_and_one_is_done(admin: Client) -> None:
    home = page(admin)
    assert "1 of 6 done" in home
    assert "Name your brand" in home
    assert "The last 30 days" not in home


def test_figures_of_nothing_are_shown_only_to_who_put_the_steps_away(admin: Client) -> None:
    admin.post("/first-steps/", {"hide": "1"})
    assert "No campaign yet" in page(admin)


def test_home_asks_for_signing_in(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/")


def test_the_first_steps_can_be_put_away_and_brought_back(admin: Client) -> None:
    admin.post("/first-steps/", {"hide": "1"})
    assert "1 of 6 done" not in page(admin)
    admin.post("/first-steps/", {"hide": "0"})
    assert "1 of 6 done" in page(admin)


def test_putting_them_away_is_everybody_s_own_affair(admin: Client) -> None:
    admin.post("/first-steps/", {"hide": "1"})
    other = Client()
    other.force_login(sent.make_user("viewer"))
    assert "1 of 6 done" in page(other)


def test_figures_stand_beside_those_before(admin: Client) -> None:
    campaign = sent.send(["ann@example.org", "bo@example.org"], at=clock.now())
    sent.happened(campaign, "opened", "ann@example.org")
    rollups.refresh(campaign.pk)
    home = page(admin)
    assert "50.0\u202f%" in home
    assert "1 of 2 people" in home
    assert f"/campaigns/{campaign.pk}/report/" in home


def test_letters_that_were_only_captured_are_called_so(admin: Client) -> None:
    campaign = sent.send(["ann@example.org"], at=clock.now(), captured=True)
    rollups.refresh(campaign.pk)
    assert "1 more were captured and have not left" in page(admin)


def test_the_example_data_is_offered_to_administrators_only(admin: Client) -> None:
    assert "Load the example data" in page(admin)
    editor = Client()
    editor.force_login(sent.make_user("editor"))
    assert "Load the example data" not in page(editor)
    assert editor.post("/example-data/", {"act": "load"}).status_code == 403
    assert not DemoLoad.objects.exists()


def test_loaded_example_data_is_said_to_be_there(admin: Client) -> None:
    loading.load(now=NOW, size=40)
    home = page(admin)
    assert "40 people of the shop" in home
    assert "Remove the example data" in home
    assert "1 of 6 done" in home


def test_captured_campaigns_are_marked_and_have_no_rate(admin: Client) -> None:
    campaign = sent.send(["ann@example.org"], at=clock.now(), captured=True)
    sent.happened(campaign, "opened", "ann@example.org")
    rollups.refresh(campaign.pk)
    home = page(admin)
    assert "captured</span>" in home and "no letter was measured" in home
    assert "100.0" not in home


def test_a_rate_stands_beside_that_of_before_with_a_word(admin: Client) -> None:
    for days, openers in ((1, 1), (40, 2)):
        at = clock.now() - timedelta(days=days)
        campaign = sent.send(["ann@example.org", "bo@example.org"], at=at, slug=f"list-{days}")
        for who in ("ann@example.org", "bo@example.org")[:openers]:
            sent.happened(campaign, "opened", who)
        rollups.refresh(campaign.pk)
    assert "less than 100.0\u202f% in the 30 days before" in page(admin)


def test_who_may_not_is_offered_nothing_to_do(client: Client) -> None:
    StoredRoute.objects.create(name="R", host="mail.example.org", problem="It does not answer.")
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(campaign.pk, now=clock.now())
    lifecycle.pause(campaign.pk)
    client.force_login(sent.make_user("viewer"))
    home = page(client)
    assert "The route “R” does not work" in home and "Spring” is paused" in home
    for label in ("Look at the route", "Decide", "Name your brand", "Choose a sender", "Make a campaign"):
        assert f">{label}</a>" not in home
    client.force_login(sent.make_user("admin"))
    home = page(client)
    for label in ("Look at the route", "Decide", "Make a campaign"):
        assert f">{label}</a>" in home

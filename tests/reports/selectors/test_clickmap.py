"""The letter with its clicks laid over it."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from campaigns.services import lifecycle
from contacts.models import Contact
from reports.selectors import campaign_report, clickmap
from tests.campaigns import people
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.com"


@pytest.fixture
def campaign() -> Campaign:
    made = sent.send([ANN, BO, CY], at=NOW)
    for who, link in ((ANN, 1), (ANN, 1), (BO, 1), (CY, 1), (ANN, 2)):
        sent.happened(made, "clicked", who, link=link)
    return made


def test_shares_are_of_the_people_who_clicked(campaign: Campaign) -> None:
    shares = clickmap.shares(campaign_report.report(campaign.pk))
    told = [(each.number, each.people, each.total, each.share) for each in shares]
    assert told == [(1, 3, 4, 1.0), (2, 1, 1, 1 / 3)]


def test_each_link_of_the_letter_bears_its_number_and_share(campaign: Campaign) -> None:
    page = clickmap.html(campaign, campaign_report.report(campaign.pk))
    assert "1 · 100%</span></span>A</a>" in page
    assert "2 · 33%</span></span>B</a>" in page
    assert "https://shop.example/a: 3 of 3 people who clicked" in page


def test_no_link_leads_anywhere_and_no_script_comes_along(campaign: Campaign) -> None:
    page = clickmap.html(campaign, campaign_report.report(campaign.pk))
    assert 'href="http' not in page
    assert "/c/" not in page and "/o/" not in page and "<script" not in page


def test_the_reader_s_address_is_not_shown() -> None:
    made = people.make_campaign(
        lists=[people.make_list(people=[ANN])],
        letter_version=people.make_letter(body="<html><body><p>{{ contact.email }}</p></body></html>"),
    )
    lifecycle.launch(made.pk, now=NOW)
    made.refresh_from_db()
    page = clickmap.html(made, campaign_report.report(made.pk))
    assert ANN not in page
    assert "name@example.org" in page


def test_the_letter_is_shown_when_its_readers_are_gone(campaign: Campaign) -> None:
    Contact.objects.all().delete()
    assert "Hello you" in clickmap.html(campaign, campaign_report.report(campaign.pk))


def test_a_draft_has_no_letter_to_show() -> None:
    draft = people.make_campaign()
    with pytest.raises(clickmap.NoLetter, match="Nothing has been sent yet"):
        clickmap.html(draft, campaign_report.report(draft.pk))

"""A campaign's report adds up, and tells people from machines."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from campaigns.models import Campaign
from campaigns.selectors.finding import UnknownCampaign
from campaigns.services import lifecycle
from mailhub.delivery.models import DispatchLink, Message
from mailhub.delivery.services import events
from mailhub.delivery.services.events import NewEvent
from reports.selectors import campaign_report
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.com"
_numbers = count()


@pytest.fixture
def campaign() -> Campaign:
    made = people.make_campaign(lists=[people.make_list(people=[ANN, BO, CY])])
    lifecycle.launch(made.pk, now=NOW)
    Message.objects.update(state="sent")
    made.refresh_from_db()
    return made


def happened(
    campaign: Campaign, kind: str, who: str = "", *, grade: str = "human", link: int | None = None
) -> None:
    """`who` "" is an anonymous event."""
    message = Message.objects.get(address=who) if who else None
    number = next(_numbers)
    event = NewEvent(
        dispatch_id=campaign.dispatch_id or 0,
        message_id=message.pk if message else None,
        contact_id=message.contact_id if message else None,
        address_hash=message.address_hash if message else "",
        type=kind,
        occurred_at=NOW + timedelta(seconds=number),
        dedupe_key=f"test:{number}",
        grade=grade,
        link_number=link,
    )
    events.record([event])


def counts(report: dict[str, Any], kind: str) -> dict[str, tuple[int, int]]:
    return {grade: (row["unique"], row["total"]) for grade, row in report[kind].items()}


def test_opens_are_told_by_grade_and_by_person(campaign: Campaign) -> None:
    for who, grade in ((ANN, "human"), (ANN, "human"), (ANN, "machine"), (BO, "machine"), (CY, "unknown")):
        happened(campaign, "opened", who, grade=grade)
    report = campaign_report.report(campaign.pk)
    assert counts(report, "opens") == {"human": (1, 2), "machine": (2, 2), "unknown": (1, 1), "all": (3, 5)}
    assert counts(report, "clicks") == dict.fromkeys(("human", "machine", "unknown", "all"), (0, 0))


def test_a_click_implies_an_open(campaign: Campaign) -> None:
    happened(campaign, "clicked", ANN)
    happened(campaign, "clicked", ANN)
    happened(campaign, "opened", BO)
    happened(campaign, "clicked", BO)
    report = campaign_report.report(campaign.pk)
    assert counts(report, "opens")["human"] == (2, 2)
    assert counts(report, "clicks")["human"] == (2, 3)


def test_a_machine_s_click_implies_no_human_s_open(campaign: Campaign) -> None:
    happened(campaign, "clicked", ANN, grade="machine")
    opens = counts(campaign_report.report(campaign.pk), "opens")
    assert (opens["human"], opens["machine"]) == ((0, 0), (1, 1))


def test_anonymous_events_count_in_totals_and_name_nobody(campaign: Campaign) -> None:
    happened(campaign, "opened")
    happened(campaign, "clicked")
    report = campaign_report.report(campaign.pk)
    assert counts(report, "opens")["human"] == (0, 1)
    assert counts(report, "clicks")["human"] == (0, 1)


def test_links_come_with_their_address_the_most_clicked_first(campaign: Campaign) -> None:
    for number, address in ((1, "https://shop.example/a"), (2, "https://shop.example/?id={0}")):
        DispatchLink.objects.create(dispatch_id=campaign.dispatch_id, number=number, template=address)
    happened(campaign, "clicked", ANN, link=2)
    happened(campaign, "clicked", ANN, link=2)
    happened(campaign, "clicked", BO, link=2, grade="machine")
    nobody = {"unique": 0, "total": 0}
    assert campaign_report.report(campaign.pk)["links"] == [
        {
            "number": 2,
            "address": "https://shop.example/?id={0}",
            "human": {"unique": 1, "total": 2},
            "machine": {"unique": 1, "total": 1},
            "unknown": nobody,
        },
        {
            "number": 1,
            "address": "https://shop.example/a",
            "human": nobody,
            "machine": nobody,
            "unknown": nobody,
        },
    ]


def test_domains_come_with_what_became_of_their_letters(campaign: Campaign) -> None:
    Message.objects.filter(address=BO).update(state="failed", reason="bounced")
    happened(campaign, "opened", ANN)
    happened(campaign, "clicked", ANN)
    happened(campaign, "opened", CY, grade="machine")
    assert campaign_report.report(campaign.pk)["domains"] == [
        {"domain": "example.org", "planned": 2, "sent": 1, "failed": 1, "opened": 1, "clicked": 1},
        {"domain": "example.com", "planned": 1, "sent": 1, "failed": 0, "opened": 0, "clicked": 0},
    ]


def test_only_the_twenty_biggest_domains_are_shown() -> None:
    addresses = [
        f"{name}@d{number}.example" for number in range(25) for name in ("ann", "bo")[: 1 + number % 2]
    ]
    campaign = people.make_campaign(lists=[people.make_list(people=addresses)])
    lifecycle.launch(campaign.pk, now=NOW)
    domains = campaign_report.report(campaign.pk)["domains"]
    assert len(domains) == 20
    assert [row["planned"] for row in domains] == [2] * 12 + [1] * 8


def test_the_balance_adds_up_and_names_its_reasons(campaign: Campaign) -> None:
    Message.objects.filter(address=BO).update(state="skipped", reason="capped")
    report = campaign_report.report(campaign.pk)
    planned, *rest = report["balance"].values()
    assert planned == sum(rest) == 3
    assert report["reasons"] == [{"state": "skipped", "reason": "capped", "count": 1}]


def test_people_who_left_are_counted_once(campaign: Campaign) -> None:
    happened(campaign, "unsubscribed", ANN)
    happened(campaign, "unsubscribed", ANN)
    happened(campaign, "complained", BO)
    happened(campaign, "bounced", CY)
    report = campaign_report.report(campaign.pk)
    assert (report["unsubscribes"], report["complaints"], report["bounces"]) == (1, 1, 1)


def test_every_rate_says_what_it_is_a_part_of(campaign: Campaign) -> None:
    happened(campaign, "opened", ANN)
    happened(campaign, "clicked", BO)
    rates = campaign_report.report(campaign.pk)["rates"]
    assert rates["open"] == {"count": 2, "of": "sent", "base": 3, "value": 0.6667}
    assert rates["click_to_open"] == {"count": 1, "of": "opens.human.unique", "base": 2, "value": 0.5}
    assert rates["unsubscribe"]["value"] == 0


def test_a_draft_has_a_report_of_zeros() -> None:
    report = campaign_report.report(people.make_campaign().pk)
    assert report["balance"]["planned"] == 0
    assert counts(report, "opens")["all"] == (0, 0)
    assert (report["links"], report["domains"], report["rates"]["open"]["value"]) == ([], [], None)


def test_another_campaign_s_events_are_not_counted(campaign: Campaign) -> None:
    other = people.make_campaign(lists=[people.make_list(slug="offers", people=["dee@example.org"])])
    lifecycle.launch(other.pk, now=NOW)
    happened(campaign, "opened", ANN)
    assert counts(campaign_report.report(other.pk), "opens")["all"] == (0, 0)


def test_a_number_of_no_campaign_is_named() -> None:
    with pytest.raises(UnknownCampaign, match="There is no campaign 4711"):
        campaign_report.report(4711)

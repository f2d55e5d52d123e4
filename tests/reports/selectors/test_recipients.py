"""The people behind each figure."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from mailhub.delivery.models import Message
from reports.selectors import recipients
from reports.selectors.recipients import Filter
from tests.campaigns import people
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db

ANN, BO, CY, DEE = "ann@example.org", "bo@example.org", "cy@example.com", "dee@example.org"


@pytest.fixture
def campaign() -> Campaign:
    made = sent.send([ANN, BO, CY, DEE], at=NOW)
    sent.happened(made, "opened", ANN)
    sent.happened(made, "clicked", BO, link=2)
    sent.happened(made, "opened", CY, grade="machine")
    sent.happened(made, "unsubscribed", BO)
    Message.objects.filter(address=DEE).update(state="failed", reason="bounced")
    return made


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), [ANN, BO, CY, DEE]),
        (Filter(state="sent"), [ANN, BO, CY]),
        (Filter(state="failed", reason="bounced"), [DEE]),
        (Filter(state="queued"), []),
        (Filter(did="opened"), [ANN, BO]),
        (Filter(did="not_opened"), [CY]),
        (Filter(did="clicked"), [BO]),
        (Filter(did="machine"), [CY]),
        (Filter(did="unsubscribed"), [BO]),
        (Filter(link=2), [BO]),
        (Filter(link=1), []),
        (Filter(domains=("example.com",)), [CY]),
        (Filter(domains=("example.com", "example.net")), [CY]),
        (Filter(is_erased=True), []),
        (Filter(text="AN"), [ANN]),
        (Filter(text=" Ann@Example.ORG "), [ANN]),
        (Filter(text="nn@"), []),
    ],
)
def test_a_filter_finds_its_people(campaign: Campaign, wanted: Filter, found: list[str]) -> None:
    rows = recipients.find(campaign, wanted).order_by("address")
    assert sorted(rows.values_list("address", flat=True)) == found


def test_what_each_did_is_told_with_its_last_moment(campaign: Campaign) -> None:
    rows = list(Message.objects.order_by("address"))
    deeds = [set(recipients.deeds(rows)[row.pk]) for row in rows]
    assert deeds == [{"opened"}, {"clicked", "unsubscribed"}, {"machine"}, set()]
    assert recipients.deeds([]) == {}


def test_nobody_is_behind_a_draft() -> None:
    assert not recipients.find(people.make_campaign(), Filter()).exists()


def test_batches_hold_everybody_once(campaign: Campaign) -> None:
    batches = list(recipients.in_batches(recipients.find(campaign, Filter())))
    assert sorted(row.address for batch in batches for row in batch) == [ANN, BO, CY, DEE]


def test_counting_says_that_it_is_exact(campaign: Campaign) -> None:
    assert recipients.count(recipients.find(campaign, Filter(did="opened"))) == (2, True)

"""The report on a terminal."""

from __future__ import annotations

import pytest

from campaigns.services import lifecycle
from mailhub.delivery.models import DispatchLink, Message
from reports.console import campaign_page
from reports.selectors import campaign_report
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


def test_a_report_shows_every_part() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org", "bo@example.org"])])
    lifecycle.launch(campaign.pk, now=NOW)
    Message.objects.filter(address="bo@example.org").update(state="skipped", reason="capped")
    dispatch_id = Message.objects.values_list("dispatch_id", flat=True)[0]
    DispatchLink.objects.create(dispatch_id=dispatch_id, number=1, template="https://shop.example/")
    page = campaign_page.write(campaign_report.report(campaign.pk))
    for part in (
        f"Campaign {campaign.pk} “Spring” is sending, launched 2026-03-01T12:00:00Z",
        "2 planned = 1 queued + 0 sent + 0 failed + 1 skipped + 0 uncertain + 0 cancelled\n  1 skipped: capped",
        "opens   0 unique, 0 total",
        "open rate –: 0 of 0 sent",
        "Unsubscribes 0, complaints 0, bounces 0",
        "https://shop.example/  0 unique, 0 total",
        "example.org  2        0     0       0       0",
    ):
        assert part in page


def test_a_draft_s_report_has_no_empty_tables() -> None:
    page = campaign_page.write(campaign_report.report(people.make_campaign().pk))
    assert "domain" not in page
    assert "link" not in page

"""The report as the API gives it."""

from __future__ import annotations

import pytest

from campaigns.services import lifecycle
from reports.api.campaigns import ReportOut
from reports.selectors import campaign_report
from tests.campaigns import people
from tests.campaigns.people import NOW

pytestmark = pytest.mark.django_db


def test_the_api_keeps_nothing_of_the_report_back_and_spells_moments_as_elsewhere() -> None:
    campaign = people.make_campaign(lists=[people.make_list(people=["ann@example.org"])])
    lifecycle.launch(campaign.pk, now=NOW)
    report = campaign_report.report(campaign.pk)

    assert ReportOut(report).data == report
    assert report["launched_at"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")

"""Reports as CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.web import spreadsheet
from reports.selectors import overview, recipients, standing
from reports.views.recipients import filter_of
from reports.words import reasons


@doors.staff(Permission.EXPORT)
def summary(request: StaffRequest, campaign_id: int) -> HttpResponseBase:
    """Balance, engagement and rates, one figure a row."""
    campaign = asking.campaign(campaign_id)
    rows = _summary(standing.of(campaign).report)
    return spreadsheet.stream(
        _name(campaign, "summary"), [_("figure"), _("count"), _("of"), _("share")], rows
    )


def _summary(report: dict[str, Any]) -> Iterator[list[Any]]:
    planned = report["balance"]["planned"]
    for state, count in report["balance"].items():
        yield [state, count, planned, count / planned if planned else None]
    for kind in ("opens", "clicks"):
        for grade, figures in report[kind].items():
            yield [f"{kind} {grade} people", figures["unique"], None, None]
            yield [f"{kind} {grade} total", figures["total"], None, None]
    for name in ("unsubscribes", "complaints", "bounces", "captured"):
        yield [name, report[name], None, None]
    for name, rate in report["rates"].items():
        yield [f"rate {name}", rate["count"], rate["base"], rate["value"]]


@doors.staff(Permission.EXPORT)
def links(request: StaffRequest, campaign_id: int) -> HttpResponseBase:
    campaign = asking.campaign(campaign_id)
    grades = ("human", "machine", "unknown")
    header = [
        _("number"),
        _("address"),
        *(f"{grade} {what}" for grade in grades for what in ("people", "total")),
    ]
    rows = (
        [
            link["number"],
            link["address"],
            *(link[grade][what] for grade in grades for what in ("unique", "total")),
        ]
        for link in standing.of(campaign).report["links"]
    )
    return spreadsheet.stream(_name(campaign, "links"), header, rows)


@doors.staff(Permission.EXPORT)
@require_POST
def people(request: StaffRequest, campaign_id: int) -> HttpResponseBase:
    """The people that the filter names, with what became of their letter. Who took it is written down."""
    campaign = asking.campaign(campaign_id)
    audit.record(request, "recipients.exported", target=campaign)
    header = [
        _("address"), _("state"), _("reason"), _("answer of the server"), _("settled at (UTC)"),
        _("opened at (UTC)"), _("clicked at (UTC)"), _("machine at (UTC)"), _("left at (UTC)"), _("contact"),
    ]  # fmt: skip
    return spreadsheet.stream(_name(campaign, "recipients"), header, _people(campaign, filter_of(request)))


def _people(campaign: Campaign, wanted: recipients.Filter) -> Iterator[list[Any]]:
    for batch in recipients.in_batches(recipients.find(campaign, wanted)):
        found = recipients.deeds(batch)
        for row in batch:
            deeds = found[row.pk]
            yield [
                row.address,
                row.state,
                str(reasons.of(row.reason)) if row.reason else "",
                row.reply,
                row.settled_at,
                deeds.get("opened"),
                deeds.get("clicked"),
                deeds.get("machine"),
                deeds.get("unsubscribed"),
                row.contact_id,
            ]


@doors.staff(Permission.EXPORT)
def campaigns(request: StaffRequest) -> HttpResponseBase:
    """The overview of the chosen period."""
    header = [
        _("campaign"), _("name"), _("launched at (UTC)"), _("planned"), _("sent"), _("captured"), _("failed"),
        _("measured"), _("opened"), _("clicked"), _("left"), _("complaints"), _("bounces"),
    ]  # fmt: skip
    found = overview.launched(overview.days_of(request.GET.get("days", "")))
    rows = (
        [
            row.pk, row.campaign.name, row.launched_at, row.planned_count, row.sent_count, row.captured_count,
            row.failed_count, row.measured_count, row.opened_count, row.clicked_count, row.unsubscribed_count,
            row.complained_count, row.bounced_count,
        ]
        for row in found.order_by("-launched_at").iterator(chunk_size=500)
    )  # fmt: skip
    return spreadsheet.stream("campaigns.csv", header, rows)


def _name(campaign: Campaign, what: str) -> str:
    return f"campaign-{campaign.pk}-{what}.csv"

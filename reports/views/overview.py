"""The reports of all campaigns of a period, in one table."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.web import tables
from mailhub.web.tables import Column, Count, Empty, Table
from reports.selectors import overview as campaigns
from reports.selectors import sums

CELLS = "reports/cells/"
COLUMNS = [
    Column("name", gettext_lazy("Campaign"), f"{CELLS}_campaign.html", phone="title"),
    Column(
        "launched_at", gettext_lazy("Sent at"), "launched_at", ("launched_at", "campaign_id"), phone="second"
    ),
    Column(
        "sent",
        gettext_lazy("Delivered"),
        f"{CELLS}_sent.html",
        ("sent_count", "campaign_id"),
        numeric=True,
        phone="meta",
    ),
    Column(
        "opened",
        gettext_lazy("Opened"),
        f"{CELLS}_open_rate.html",
        ("opened_count", "campaign_id"),
        numeric=True,
    ),
    Column(
        "clicked",
        gettext_lazy("Clicked"),
        f"{CELLS}_click_rate.html",
        ("clicked_count", "campaign_id"),
        numeric=True,
    ),
    Column(
        "left",
        gettext_lazy("Left"),
        "unsubscribed_count",
        ("unsubscribed_count", "campaign_id"),
        numeric=True,
    ),
    Column(
        "complained",
        gettext_lazy("Complaints"),
        "complained_count",
        ("complained_count", "campaign_id"),
        numeric=True,
    ),
    Column(
        "bounced", gettext_lazy("Bounced"), "bounced_count", ("bounced_count", "campaign_id"), numeric=True
    ),
    Column(
        "failed",
        gettext_lazy("Failed"),
        "failed_count",
        ("failed_count", "campaign_id"),
        shown=False,
        numeric=True,
    ),
    Column("machine", gettext_lazy("Opened by machines"), "machine_opened_count", shown=False, numeric=True),
]


@doors.staff(Permission.LOOK)
def overview(request: StaffRequest) -> HttpResponse:
    days = campaigns.days_of(request.GET.get("days", ""))
    rows = campaigns.launched(days)
    table = Table(
        name="reports",
        request=request,
        queryset=rows,
        columns=COLUMNS,
        default_sort="-launched_at",
        row_url=lambda row: reverse("reports:campaign_report", args=[row.pk]),
        count=Count(rows.count()),
        empty=Empty(
            _("No campaign was sent in this time"),
            _("Choose a longer time, or send one."),
            reverse("campaigns:campaign_list"),
            _("To the campaigns"),
            "chart-column",
        ),
        caption=_("Campaigns and what became of them"),
    )
    periods = [(days_, _period(days_), days_ == days) for days_ in campaigns.PERIODS]
    context = {"periods": periods, "days": days, "totals": sums.of(rows)}
    return tables.respond(request, table, "reports/overview.html", context)


def _period(days: int) -> str:
    return _("Ever") if not days else _("Last %(days)s days") % {"days": days}

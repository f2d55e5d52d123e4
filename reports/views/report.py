"""A campaign's report: the page, its living part, and the letter with its clicks."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from campaigns.models import Campaign, CampaignState
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.web import responses
from reports.selectors import clickmap, comparing, standing, usual
from reports.selectors.standing import Standing
from reports.words import pictures, reasons, report_page

# A letter may look like anything and do nothing; only our own pages show it.
MAP_POLICY = (
    "default-src 'none'; img-src https: data: 'self'; style-src 'unsafe-inline'; font-src https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)


@doors.staff(Permission.LOOK)
def campaign_report(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The page; the living part alone when htmx asks for its place."""
    campaign = asking.campaign(campaign_id)
    figures = standing.of(campaign)
    context = _living(campaign, figures)
    if request.htmx and request.htmx.target == "report-living":
        status = 200 if context["is_living"] else responses.STOP_POLLING
        return render(request, "reports/_report_living.html", context, status=status)
    return render(
        request,
        "reports/campaign_report.html",
        {**context, **_rest(request, campaign, figures, context["usual"])},
    )


def _living(campaign: Campaign, figures: Standing) -> dict[str, Any]:
    now, report = clock.now(), figures.report
    tracking = campaign.dispatch.tracking if campaign.dispatch else "individual"
    whole = usual.Usual()
    if not report["captured"]:
        whole = usual.before(campaign.launched_at, campaign_id=campaign.pk)
    hours = report_page.hours_of(campaign.launched_at, now=now)
    # The curve's first place is the end of the first hour.
    known = whole.after(hours - 1) if hours is not None else whole
    segments = report_page.segments(report)
    return {
        "campaign": campaign,
        "report": report,
        "counted_at": figures.counted_at,
        "usual": whole,
        "sentences": report_page.sentences(report, known, tracking=tracking, hours=hours),
        "young": report_page.young(campaign.launched_at, now=now),
        "segments": segments,
        "parts": [(each.kind, each.share, f"{each.label} {each.count}") for each in segments],
        "numbers": report_page.numbers(report, known, tracking=tracking),
        "is_captured": 0 < report["balance"]["sent"] <= report["captured"],
        "is_living": campaign.state == CampaignState.SENDING,
    }


def _rest(request: StaffRequest, campaign: Campaign, figures: Standing, whole: usual.Usual) -> dict[str, Any]:
    report = figures.report
    other = comparing.chosen(request.GET.get("with", ""), campaign=campaign)
    return {
        "shares": clickmap.shares(report),
        "locales": clickmap.locales(campaign),
        "locale": request.GET.get("language", ""),
        "reasons": [
            {**row, "words": reasons.of(row["reason"]), "said": reasons.of_state(row["state"])}
            for row in report["reasons"]
        ],
        "leaving": [
            {**row, "words": reasons.of_leaving(row["reason"])} for row in report["unsubscribe_reasons"]
        ],
        "other": other,
        "comparison": comparing.rows(report, other) if other else [],
        "choices": comparing.choices(campaign),
        "chart": pictures.reading(
            figures.curve,
            base=report["balance"]["sent"],
            usual=whole,
            elapsed=pictures.hours_since(campaign.launched_at, now=clock.now()),
            other=pictures.Other(other.name, other.curve) if other and not report["captured"] else None,
        ),
    }


@xframe_options_sameorigin
@doors.staff(Permission.LOOK)
def click_map(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The letter with each link's share, for the frame: it has a policy of its own and no script."""
    campaign = asking.campaign(campaign_id)
    try:
        page = clickmap.html(campaign, standing.of(campaign).report, locale=request.GET.get("language", ""))
    except clickmap.NoLetter as reason:
        response = render(request, "reports/no_letter.html", {"reason": reason}, status=404)
    else:
        response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = MAP_POLICY
    return response

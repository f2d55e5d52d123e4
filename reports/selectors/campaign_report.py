"""Everything that is known of what became of one campaign, as plain data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q

from campaigns.models import Campaign
from campaigns.selectors import finding, progress
from campaigns.selectors.progress import Progress
from contacts.models import LeavingReason
from mailhub.delivery.models import Dispatch, Event, Message
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.selectors import balance
from mailhub.lib import sql

PACKAGE = "reports"
DOMAINS = 20
# How the capture mailbox's answer ends (mailhub.delivery.transports.capture).
CAPTURED = "Kept in the capture mailbox"
GRADES = ("human", "machine", "unknown", "all")
AFTERMATH = {"unsubscribed": "unsubscribes", "complained": "complaints", "bounced": "bounces"}


def report(campaign_id: int) -> dict[str, Any]:
    """The structure of docs/campaigns.md, “The report”. Raises finding.UnknownCampaign."""
    campaign = finding.campaign(campaign_id)
    figures = progress.read(campaign_id)
    dispatch_id = campaign.dispatch_id or 0
    engagement = _engagement(dispatch_id)
    aftermath = _aftermath(dispatch_id)
    return {
        **_head(campaign, figures),
        "balance": _balance(figures),
        "reasons": [
            {"state": row.state, "reason": row.reason, "count": row.count}
            for row in balance.reasons(dispatch_id)
        ],
        **engagement,
        "links": [_link(row) for row in sql.rows(PACKAGE, "count_link_clicks", {"dispatch_id": dispatch_id})],
        "domains": _domains(dispatch_id),
        **aftermath,
        "unsubscribe_reasons": _leaving_reasons(campaign),
        "captured": _captured(campaign.dispatch, sent=figures.sent),
        "rates": _rates(figures, engagement, aftermath),
    }


def _head(campaign: Campaign, figures: Progress) -> dict[str, Any]:
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "state": figures.state.value,
        "pause_reason": figures.pause_reason,
        "launched_at": _moment(campaign.launched_at),
        "finished_at": _moment(campaign.finished_at),
        "seconds": figures.seconds,
    }


def _moment(at: datetime | None) -> str | None:
    """Spelt as everywhere in the API: 2026-11-22T09:30:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _balance(figures: Progress) -> dict[str, int]:
    names = ("planned", "queued", "sent", "failed", "skipped", "uncertain", "cancelled")
    return {name: getattr(figures, name) for name in names}


def _engagement(dispatch_id: int) -> dict[str, dict[str, dict[str, int]]]:
    """Opens and clicks → grade → unique (people) and total (events)."""
    found = {row["grade"]: row for row in sql.rows(PACKAGE, "count_engagement", {"dispatch_id": dispatch_id})}
    return {
        name: {
            grade: {
                "unique": int(found.get(grade, {}).get(f"{kind}_unique", 0)),
                "total": int(found.get(grade, {}).get(f"{kind}_total", 0)),
            }
            for grade in GRADES
        }
        for name, kind in (("opens", "open"), ("clicks", "click"))
    }


def _link(row: dict[str, Any]) -> dict[str, Any]:
    clicks = {
        grade: {"unique": row[f"{grade}_unique"], "total": row[f"{grade}_total"]}
        for grade in GRADES
        if grade != "all"
    }
    return {"number": row["number"], "address": row["address"], **clicks}


def _domains(dispatch_id: int) -> list[dict[str, Any]]:
    rows = sql.rows(PACKAGE, "count_recipient_domains", {"dispatch_id": dispatch_id, "size": DOMAINS})
    return [{**row, "clicked": int(row["clicked"])} for row in rows]


def _aftermath(dispatch_id: int) -> dict[str, int]:
    """People who unsubscribed, complained or bounced after this letter."""
    counts = dict(
        Event.objects.filter(dispatch_id=dispatch_id, type__in=AFTERMATH)
        .order_by()
        .values_list("type")
        .annotate(people=Count("address_hash", distinct=True))
    )
    return {name: counts.get(kind, 0) for kind, name in AFTERMATH.items()}


def _leaving_reasons(campaign: Campaign) -> list[dict[str, Any]]:
    """Why people left after this letter, as far as they said; the most frequent first."""
    if campaign.dispatch_id is None or campaign.launched_at is None:
        return []
    given = LeavingReason.objects.filter(
        # The index is of lists and moments; 0 stands for leaving everything.
        list_id__in=[0, *campaign.lists.values_list("pk", flat=True)],
        given_at__gte=campaign.launched_at,
        dispatch_id=campaign.dispatch_id,
    )
    counts = given.order_by().values_list("reason").annotate(people=Count("pk"))
    return [
        {"reason": reason, "count": count}
        for reason, count in sorted(counts, key=lambda row: (-row[1], row[0]))
    ]


def _captured(dispatch: Dispatch | None, *, sent: int) -> int:
    """How many of the `sent` letters the capture mailbox took: they have left for nobody.

    Erasing a person blanks the answer to their letter, so the dispatch's own marks come first.
    """
    if dispatch is None or dispatch.captured_at is None:
        return 0
    if dispatch.left_at is None:
        return sent
    rows = Message.objects.filter(dispatch=dispatch, state=MessageState.SENT)
    return rows.filter(Q(settled_at__lt=dispatch.left_at) | Q(reply__endswith=CAPTURED)).count()


def _rates(
    figures: Progress, engagement: dict[str, dict[str, dict[str, int]]], aftermath: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """Each rate with what it is a part of, so that nobody has to guess its base."""
    opened, clicked = engagement["opens"]["human"]["unique"], engagement["clicks"]["human"]["unique"]
    return {
        "open": _rate(opened, "sent", figures.sent),
        "click": _rate(clicked, "sent", figures.sent),
        "click_to_open": _rate(clicked, "opens.human.unique", opened),
        "unsubscribe": _rate(aftermath["unsubscribes"], "sent", figures.sent),
        "failure": _rate(figures.failed, "sent + failed", figures.sent + figures.failed),
    }


def _rate(count: int, of: str, base: int) -> dict[str, Any]:
    return {"count": count, "of": of, "base": base, "value": round(count / base, 4) if base else None}

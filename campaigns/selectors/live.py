"""A campaign under way: how far, how fast, until when, and why some letters did not leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import reasons, remembered
from mailhub.delivery.models import Dispatch, Due
from mailhub.delivery.services import routing
from mailhub.lib import sql

PACKAGE = "campaigns"
LATELY = timedelta(seconds=60)
OPEN = ("queued", "claimed", "deferred")
TRIED = ("sent", "failed", "uncertain")
# The bigger mailbox providers by their domains; the rest is shown by domain.
PROVIDERS = {
    "gmail.com": "Gmail",
    "googlemail.com": "Gmail",
    "outlook.com": "Outlook",
    "hotmail.com": "Outlook",
    "live.com": "Outlook",
    "msn.com": "Outlook",
    "yahoo.com": "Yahoo",
    "ymail.com": "Yahoo",
    "aol.com": "Yahoo",
    "icloud.com": "iCloud",
    "me.com": "iCloud",
    "gmx.de": "GMX",
    "gmx.net": "GMX",
    "web.de": "GMX",
    "qq.com": "QQ",
    "163.com": "NetEase",
    "126.com": "NetEase",
}
SHOWN_PROVIDERS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Letters in one state for one reason."""

    state: str
    words: str
    count: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """`domains` are those that it gathers; none for the rest, and for letters whose address was erased."""

    name: str
    planned: int
    sent: int
    failed: int
    waiting: int
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """planned = sent + failed + skipped + uncertain + cancelled + waiting + deferred, in letters.

    `per_minute` is of the last minute; `done_at` is None when nothing moves. `is_captured`: what counts as
    sent lies in the capture mailbox, and nobody got it; `is_mixed`: a part of it does.
    """

    state: CampaignState
    planned: int
    sent: int
    failed: int
    skipped: int
    uncertain: int
    cancelled: int
    waiting: int
    deferred: int
    per_minute: int
    done_at: datetime | None
    last_at: datetime | None
    next_try_at: datetime | None
    groups: list[Group]
    is_captured: bool
    is_mixed: bool
    read_at: datetime

    @property
    def queued(self) -> int:
        return self.waiting + self.deferred

    @property
    def settled(self) -> int:
        return self.planned - self.queued

    @property
    def percent(self) -> int:
        return self.settled * 100 // self.planned if self.planned else 0

    @property
    def adds_up(self) -> bool:
        parts = (self.sent, self.failed, self.skipped, self.uncertain, self.cancelled, self.queued)
        return self.planned == sum(parts)

    @property
    def is_moving(self) -> bool:
        return self.state == CampaignState.SENDING or (
            self.state == CampaignState.CANCELLED and self.queued > 0
        )


def read(campaign: Campaign, *, now: datetime) -> Live:
    """How a launched campaign stands at `now`."""
    dispatch = campaign.dispatch
    if dispatch is None:
        raise ValueError(f"Campaign {campaign.pk} has not been launched.")
    rows = sql.rows(PACKAGE, "count_rows", {"dispatch_id": dispatch.pk, "since": now - LATELY})
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["state"]] += row["number"]
    per_minute = _per_minute(dispatch, rows, now=now)
    waiting = counts["queued"] + counts["claimed"]
    return Live(
        state=CampaignState(campaign.state),
        planned=dispatch.planned_count,
        **{
            name: counts[name] for name in ("sent", "failed", "skipped", "uncertain", "cancelled", "deferred")
        },
        waiting=waiting,
        per_minute=per_minute,
        done_at=_done_at(campaign, waiting=waiting, per_minute=per_minute, now=now),
        last_at=max((at for row in rows if (at := sql.moment(row["last_at"]))), default=None),
        next_try_at=_next_try(dispatch) if counts["deferred"] else None,
        groups=_groups(dispatch, rows),
        is_captured=_is_captured(dispatch, sent=counts["sent"]),
        is_mixed=bool(dispatch.captured_at and dispatch.left_at),
        read_at=now,
    )


def providers(campaign: Campaign) -> list[Provider]:
    """How the letters stand by mailbox provider, those with most of them first; the rest as one line, ""."""
    about = ("providers", campaign.dispatch_id, campaign.state)
    parameters = {"dispatch_id": campaign.dispatch_id}
    rows = remembered.remember(about, lambda: sql.rows(PACKAGE, "count_domains", parameters))
    sums: dict[str, Counter[str]] = {}
    domains: dict[str, list[str]] = {}
    for row in rows:
        name = PROVIDERS.get(row["domain"], row["domain"]) or _("erased")
        if row["domain"]:
            domains.setdefault(name, []).append(row["domain"])
        sums.setdefault(name, Counter()).update({key: row[key] for key in row if key != "domain"})
    ordered = sorted(sums.items(), key=lambda item: (-item[1]["planned"], item[0]))
    shown, rest = ordered[:SHOWN_PROVIDERS], ordered[SHOWN_PROVIDERS:]
    if rest:
        shown.append(("", sum((figures for _name, figures in rest), Counter())))
    return [
        Provider(
            name,
            figures["planned"],
            figures["sent"],
            figures["failed"],
            figures["waiting"],
            tuple(domains.get(name, ())),
        )
        for name, figures in shown
    ]


def _is_captured(dispatch: Dispatch, *, sent: int) -> bool:
    """Before the first letter, what the route would do."""
    if sent or dispatch.captured_at or dispatch.left_at:
        return dispatch.was_captured
    return routing.captures(dispatch.stream, dispatch.brand_id)


def _per_minute(dispatch: Dispatch, rows: Iterable[dict[str, Any]], *, now: datetime) -> int:
    lately = sum(int(row["lately"] or 0) for row in rows if row["state"] in TRIED)
    started = dispatch.started_at or now
    seconds = min(max((now - started).total_seconds(), 1.0), LATELY.total_seconds())
    return round(lately * 60 / seconds)


def _done_at(campaign: Campaign, *, waiting: int, per_minute: int, now: datetime) -> datetime | None:
    if campaign.state != CampaignState.SENDING or not waiting or not per_minute:
        return None
    return now + timedelta(minutes=waiting / per_minute)


def _next_try(dispatch: Dispatch) -> datetime | None:
    due = Due.objects.filter(dispatch=dispatch, in_flight=False).aggregate(at=Min("due_at"), n=Count("id"))
    at: datetime | None = due["at"]
    return at


def _groups(dispatch: Dispatch, rows: Iterable[dict[str, Any]]) -> list[Group]:
    """The reasons, the most frequent first; of failures and delays by what the servers answered."""
    found: Counter[tuple[str, str, str]] = Counter()
    has_replies = False
    for row in rows:
        if row["state"] in ("skipped", "uncertain"):
            words = reasons.words(row["state"], row["reason"])
            found[row["state"], words, row["reason"]] += row["number"]
        has_replies = has_replies or row["state"] in ("failed", "deferred")
    if has_replies:
        for row in sql.rows(PACKAGE, "count_replies", {"dispatch_id": dispatch.pk}):
            words = reasons.words(row["state"], row["reason"], row["reply"])
            found[row["state"], words, row["reason"]] += row["number"]
    return [Group(state, words, count, reason) for (state, words, reason), count in found.most_common()]

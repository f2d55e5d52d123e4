"""What on the house needs somebody: under way, stopped, coming up today, gone wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import progress
from mailhub.accounts.models import User
from mailhub.accounts.permissions import Permission
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.selectors import doubt, ways
from mailhub.web.templatetags import ui
from reports.models import CampaignFigures
from reports.selectors import sums
from reports.selectors.examples import Examples

# Rules 3.9: what a mailbox provider begins to mind, and from how many letters on a share says something.
BOUNCES, COMPLAINTS, SAMPLE = 0.05, 0.001, 500
RECENT = timedelta(days=7)
OLD = timedelta(days=30)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Need:
    """One thing. `kind` is bad, warn or info; `done` of `total` is there for what is under way."""

    kind: str
    title: str
    text: str
    url: str
    label: str
    done: int | None = None
    total: int = 0


def needs(user: User, *, now: datetime, examples: Examples) -> list[Need]:
    """The most urgent first, and what `user` may do; a handful of rows by index however long the ledger."""
    found = [
        *_under_way(),
        *_stopped(user),
        *_problems(user),
        *_routes(),
        *_domains(examples),
        *_rates(now),
        *_uncertain(now),
        *_single_letters(),
        *_coming(now),
    ]
    order = {"bad": 0, "warn": 1, "info": 2}
    return sorted(found, key=lambda need: order[need.kind])


def _page(campaign_id: int) -> str:
    return reverse("campaigns:campaign_page", args=[campaign_id])


def _in_state(state: CampaignState) -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=state).order_by("-pk")[:SHOWN]


def _under_way() -> Iterator[Need]:
    for campaign in _in_state(CampaignState.SENDING):
        rows = progress.read(campaign.pk)
        done = rows.planned - rows.queued
        text = _("%(done)s of %(total)s letters are settled.") % {
            "done": ui.count(done),
            "total": ui.count(rows.planned),
        }
        title = _("“%(name)s” is being sent") % {"name": campaign.name}
        yield Need("info", title, text, _page(campaign.pk), _("Watch"), done, rows.planned)


def _stopped(user: User) -> Iterator[Need]:
    for campaign in _in_state(CampaignState.PAUSED):
        rows = progress.read(campaign.pk)
        waiting = ngettext("%(count)s letter waits.", "%(count)s letters wait.", rows.queued) % {
            "count": ui.count(rows.queued)
        }
        title = _("“%(name)s” is paused") % {"name": campaign.name}
        why = campaign.pause_reason or _("Somebody paused it.")
        kind = "bad" if campaign.pause_reason else "warn"
        label = _("Decide") if user.may(Permission.SEND) else _("Look at it")
        yield Need(kind, title, f"{why} {waiting}", _page(campaign.pk), label, rows.sent, rows.planned)


def _problems(user: User) -> Iterator[Need]:
    drafts = Campaign.objects.filter(state=CampaignState.DRAFT).exclude(problem="").order_by("-pk")
    for campaign in drafts[:SHOWN]:
        title = _("“%(name)s” was not sent") % {"name": campaign.name}
        label = _("Mend it") if user.may(Permission.WRITE_CAMPAIGNS) else _("Look at it")
        yield Need("bad", title, campaign.problem, _page(campaign.pk), label)


def _routes() -> Iterator[Need]:
    for trouble in ways.troubles():
        kind = "bad" if trouble.is_broken else "warn"
        yield Need(kind, trouble.title, trouble.text, reverse("delivery:route_list"), _("Look at the route"))


def _domains(examples: Examples) -> Iterator[Need]:
    live = Campaign.objects.filter(
        state__in=[CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED]
    )
    senders = live.exclude(pk__in=examples.campaign_ids).values_list("sender_address", flat=True).distinct()
    used = {address.rpartition("@")[2] for address in senders[:SHOWN]}
    proved = set(
        SendingDomain.objects.filter(name__in=used).exclude(verified_at=None).values_list("name", flat=True)
    )
    for name in sorted(used - proved):
        title = _("%(domain)s is not proved") % {"domain": name}
        text = _("Letters that are on their way or planned come from it. Mailbox providers may refuse them.")
        yield Need("warn", title, text, reverse("delivery:domain_list"), _("Prove the domain"))


def _rates(now: datetime) -> Iterator[Need]:
    recent = CampaignFigures.objects.filter(
        sums.WITHOUT_CAPTURED, launched_at__gt=now - RECENT, sent_count__gte=SAMPLE
    )
    high = recent.filter(
        Q(bounced_count__gte=F("sent_count") * BOUNCES)
        | Q(complained_count__gte=F("sent_count") * COMPLAINTS)
    )
    for row in high.select_related("campaign").defer("report", "curve")[:SHOWN]:
        url = reverse("reports:campaign_report", args=[row.pk])
        values = {"name": row.campaign.name, "of": ui.count(row.sent_count)}
        if row.bounced_count >= row.sent_count * BOUNCES:
            title = _("Many letters of “%(name)s” came back") % values
            share = ui.percent(row.bounced_count / row.sent_count)
            text = _("%(share)s of %(of)s bounced; mailbox providers mind from 5 %% on.")
        else:
            title = _("People complained about “%(name)s”") % values
            share = ui.percent(row.complained_count / row.sent_count)
            text = _("%(share)s of %(of)s called it spam; mailbox providers mind from 0.1 %% on.")
        yield Need("warn", title, text % {**values, "share": share}, url, _("Open the report"))


def _uncertain(now: datetime) -> Iterator[Need]:
    rows = CampaignFigures.objects.filter(launched_at__gt=now - OLD, uncertain_count__gt=0)
    for row in rows.select_related("campaign").defer("report", "curve")[:SHOWN]:
        title = ngettext(
            "Nobody knows whether %(count)s letter of “%(name)s” arrived",
            "Nobody knows whether %(count)s letters of “%(name)s” arrived",
            row.uncertain_count,
        ) % {"count": ui.count(row.uncertain_count), "name": row.campaign.name}
        text = _("A sender stopped before the server had answered. They are not sent again blindly.")
        url = reverse("campaigns:uncertain_list", args=[row.pk])
        yield Need("warn", title, text, url, _("Settle them"))


def _single_letters() -> Iterator[Need]:
    count = doubt.letters().count()
    if count:
        title = ngettext(
            "Nobody knows whether %(count)s single letter arrived",
            "Nobody knows whether %(count)s single letters arrived",
            count,
        ) % {"count": ui.count(count)}
        text = _("A confirmation, a test or another letter to one person: the server's answer was lost.")
        yield Need("warn", title, text, reverse("delivery:uncertain_list"), _("Settle them"))


def _coming(now: datetime) -> Iterator[Need]:
    tonight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    due = Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_at__lt=tonight)
    for campaign in due.order_by("scheduled_at")[:SHOWN]:
        assert campaign.scheduled_at is not None  # the database holds it (campaign_scheduled_has_a_time)
        local = timezone.localtime(campaign.scheduled_at)
        title = _("“%(name)s” goes out today") % {"name": campaign.name}
        text = _("At %(moment)s.") % {"moment": ui.spoken_moment(local)}
        yield Need("info", title, text, _page(campaign.pk), _("Look at it"))

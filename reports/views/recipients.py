"""The people behind a campaign's figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.delivery.models import Message
from mailhub.delivery.models.ledger import MessageState
from mailhub.web import keyset, tables
from mailhub.web.tables import Column, Count, Empty, Table
from reports.selectors import recipients
from reports.selectors.recipients import Filter
from reports.words import reasons

CELLS = "reports/cells/"
# More than one mailbox provider has.
DOMAINS = 10
COLUMNS = [
    Column("address", gettext_lazy("Address"), f"{CELLS}_address.html", phone="title"),
    Column("state", gettext_lazy("What became of it"), f"{CELLS}_state.html", phone="meta"),
    Column("settled_at", gettext_lazy("When"), f"{CELLS}_settled_at.html", phone="second"),
    Column("opened", gettext_lazy("Opened"), f"{CELLS}_opened.html"),
    Column("clicked", gettext_lazy("Clicked"), f"{CELLS}_clicked.html"),
    Column("locale", gettext_lazy("Language"), "locale", shown=False),
    Column("number", gettext_lazy("Number in the ledger"), "pk", ("id",), shown=False, numeric=True),
    Column("reply", gettext_lazy("Server's answer"), "reply", shown=False),
]


@doors.staff(Permission.LOOK)
def recipient_list(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    wanted = filter_of(request)
    rows = recipients.find(campaign, wanted)
    number, is_exact = recipients.count(rows)
    table = Table(
        name="recipients",
        request=request,
        queryset=rows,
        columns=COLUMNS,
        default_sort="number",
        row_url=lambda row: _contact_url(row),
        count=Count(number, "exact" if is_exact else "capped"),
        empty=_empty(campaign, wanted),
        caption=_("People of this campaign"),
    )
    is_captured = campaign.dispatch is not None and campaign.dispatch.was_captured
    context = {
        "campaign": campaign,
        "wanted": wanted,
        "chips": _chips(wanted, is_captured=is_captured),
        "why": _why(wanted),
    }
    try:
        _add_deeds(table, is_captured=is_captured)
    except keyset.BadCursor:
        # An old link: the first page serves better than a refusal.
        return redirect(f"{request.path}?{table.filter_query}")
    return tables.respond(request, table, "reports/recipient_list.html", context)


def _contact_url(row: Message) -> str:
    return reverse("contacts:contact_page", args=[row.contact_id]) if row.contact_id else ""


def filter_of(request: StaffRequest) -> Filter:
    """What the address asks for; what it does not know is left out."""
    asked = request.GET if request.method in ("GET", "HEAD") else request.POST
    state, did, link = asked.get("state", ""), asked.get("did", ""), asked.get("link", "")
    domains = [name.strip()[:253] for name in _plain(asked.get("domain", "")).split(",")[:DOMAINS]]
    is_number = link.isascii() and link.isdigit() and len(link) < 10
    return Filter(
        state=state if state in MessageState.values else "",
        reason=_plain(asked.get("reason", ""))[:40],
        did=did if did in (*recipients.DEEDS, "not_opened", "machine") else "",
        link=int(link) if is_number else None,
        domains=tuple(name for name in domains if name),
        # An empty domain is what a letter has whose address was erased.
        is_erased="domain" in asked and not any(domains),
        text=_plain(asked.get("q", ""))[:320],
        whole_only=not request.user.may(Permission.SEE_ADDRESSES),
    )


def _plain(text: str) -> str:
    # No column of text holds a NUL.
    return text.replace("\x00", "").strip()


def _add_deeds(table: Table, *, is_captured: bool) -> None:
    """What the people of this page did, in one query. Raises keyset.BadCursor."""
    rows: list[Message] = table.page.rows
    found = recipients.deeds(rows)
    for row in rows:
        is_kept = is_captured and row.state == MessageState.SENT
        row.deeds = found[row.pk]  # type: ignore[attr-defined]
        row.words = reasons.of(row.reason) if row.reason else ""  # type: ignore[attr-defined]
        row.said = reasons.of_state(row.state, is_captured=is_captured)  # type: ignore[attr-defined]
        row.colour = "neutral" if is_kept else reasons.COLOURS.get(row.state, "info")  # type: ignore[attr-defined]


def _chips(wanted: Filter, *, is_captured: bool) -> list[tuple[str, str, bool]]:
    """(label, query, whether it is chosen): the filters that people ask for most."""
    offered = [
        (_("Everybody"), ""),
        (_("Captured") if is_captured else _("Delivered"), "state=sent"),
        (_("Failed"), "state=failed"),
        (_("Left out"), "state=skipped"),
        (_("Waiting"), "state=queued"),
        (_("Opened"), "did=opened"),
        (_("Not opened"), "did=not_opened"),
        (_("Clicked"), "did=clicked"),
        (_("Machines only or too"), "did=machine"),
        (_("Left"), "did=unsubscribed"),
        (_("Complained"), "did=complained"),
    ]
    now = f"state={wanted.state}" if wanted.state else f"did={wanted.did}" if wanted.did else ""
    return [(label, query, query == now) for label, query in offered]


def _why(wanted: Filter) -> list[str]:
    """The rest of the filter in words."""
    told = [str(reasons.of(wanted.reason))] if wanted.reason else []
    if wanted.link is not None:
        told.append(_("Clicked link %(number)s") % {"number": wanted.link})
    if wanted.domains:
        told.append(_("Address at %(domain)s") % {"domain": ", ".join(wanted.domains)})
    if wanted.is_erased:
        told.append(_("Address erased"))
    return told


def _empty(campaign: Campaign, wanted: Filter) -> Empty:
    if campaign.dispatch_id is None:
        return Empty(
            _("Nobody yet"), _("The people are written down when the campaign is sent."), icon="users"
        )
    if wanted == Filter(whole_only=wanted.whole_only):
        return Empty(_("Nobody"), icon="users")
    return Empty(
        _("Nobody matches"), _("Choose another filter, or everybody."), "?", _("Show everybody"), "users"
    )

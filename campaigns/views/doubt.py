"""The letters of a campaign of which nobody knows whether they arrived, and what is done about them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import reasons
from campaigns.services import doubt
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery import doubt_words
from mailhub.delivery.models import Message
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import keyset, responses, tables, toasts
from mailhub.web.tables import Bulk, Column, Count, Empty, Table

# The post office shows letters without a campaign in the same cells.
CELLS = "delivery/cells/"
MOST_TICKED = 1_000
COLUMNS = [
    Column("address", gettext_lazy("Address"), f"{CELLS}_doubt_address.html", phone="title"),
    Column("settled_at", gettext_lazy("Last tried"), phone="second"),
    Column("words", gettext_lazy("Why nobody knows"), f"{CELLS}_doubt_words.html", phone="second"),
    Column("attempts", gettext_lazy("Tries"), numeric=True, shown=False),
    Column("number", gettext_lazy("Number in the ledger"), "pk", ("id",), shown=False, numeric=True),
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`message_ids` is None for all; `pairs` are the hidden fields by which the next step asks the same."""

    message_ids: list[int] | None
    count: int
    pairs: list[tuple[str, str]]


@doors.staff(Permission.LOOK)
def uncertain_list(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    letters = doubt.in_doubt(campaign_id)
    table = Table(
        name="uncertain",
        request=request,
        queryset=letters,
        columns=COLUMNS,
        default_sort="number",
        row_url=_contact_url,
        bulk=_acts(campaign),
        count=Count(letters.count()),
        empty=Empty(
            _("Nothing is in doubt"),
            _("Of every letter of this campaign it is known what became of it."),
            asking.page_url(campaign_id),
            _("To the campaign"),
            "circle-check",
        ),
        caption=_("Letters in doubt"),
    )
    try:
        for row in table.page.rows:
            row.words = reasons.words(row.state, row.reason)
    except keyset.BadCursor:
        # An old link: the first page serves better than a refusal.
        return redirect(request.path)
    return tables.respond(request, table, "campaigns/uncertain_list.html", {"campaign": campaign})


@require_POST
@doors.staff(Permission.SEND)
def uncertain_settle(request: StaffRequest, campaign_id: int, act: str) -> HttpResponse:
    """First the number and what the act risks; with `confirmed`, the act."""
    campaign = asking.campaign(campaign_id)
    if act not in doubt.ACTS:
        raise Http404
    here = reverse("campaigns:uncertain_list", args=[campaign_id])
    chosen = _chosen(request, campaign_id)
    if not chosen.count:
        toasts.warn(request, _("None of these letters is in doubt any more, or none was ticked."))
        return responses.go(request, here)
    # Of all that are in doubt there may be more than were asked about.
    if request.POST.get("confirmed") != str(chosen.count):
        context = {
            "campaign": campaign,
            "act": act,
            "chosen": chosen,
            "back": here,
            **doubt_words.question(act, chosen.count),
        }
        return render(request, "campaigns/uncertain_settle.html", context)
    _settle(request, campaign, act, chosen)
    rest = doubt.in_doubt(campaign_id).exists()
    return responses.go(request, here if rest else asking.page_url(campaign_id))


def _settle(request: StaffRequest, campaign: Campaign, act: str, chosen: Chosen) -> None:
    try:
        settled = doubt.settle(campaign.pk, act, message_ids=chosen.message_ids, now=clock.now())
    except UserError as refusal:
        toasts.bad(request, str(refusal))
        return
    audit.record(
        request,
        f"campaign.letters_{doubt.ACTS[act].done}",
        target=campaign,
        detail={"letters": settled},
    )
    toasts.ok(request, doubt_words.done(act, settled))


def _chosen(request: StaffRequest, campaign_id: int) -> Chosen:
    letters = doubt.in_doubt(campaign_id)
    if request.POST.get("all"):
        return Chosen(None, letters.count(), [("all", "1")])
    texts = request.POST.getlist("ids")[:MOST_TICKED]
    ids = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
    there = list(letters.filter(id__in=ids).order_by("id").values_list("id", flat=True))
    return Chosen(there, len(there), [("ids", str(number)) for number in there])


def _acts(campaign: Campaign) -> list[Bulk]:
    def act(name: str, label: str, icon: str) -> Bulk:
        url = reverse("campaigns:uncertain_settle", args=[campaign.pk, name])
        return Bulk(label, url, Permission.SEND, icon)

    again = [act("send-again", _("Send again"), "send")]
    return [
        act("mark-sent", _("Mark as sent"), "check"),
        # Of a stopped campaign nothing leaves any more.
        *([] if campaign.state == CampaignState.CANCELLED else again),
        act("give-up", _("Mark as not arrived"), "circle-x"),
    ]


def _contact_url(row: Message) -> str:
    return reverse("contacts:contact_page", args=[row.contact_id]) if row.contact_id else ""

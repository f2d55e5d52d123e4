"""Letters of which nobody knows whether they arrived and that belong to no campaign, and what is done about them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery import doubt_words
from mailhub.delivery.selectors import doubt
from mailhub.delivery.services import settling
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import keyset, responses, tables, toasts
from mailhub.web.tables import Bulk, Column, Count, Empty, Table

CELLS = "delivery/cells/"
MOST_TICKED = 1_000
COLUMNS = [
    Column("address", gettext_lazy("Address"), f"{CELLS}_doubt_address.html", phone="title"),
    Column("what", gettext_lazy("Sent by"), f"{CELLS}_what.html", phone="second"),
    Column("settled_at", gettext_lazy("Last tried"), phone="second"),
    Column("words", gettext_lazy("Why nobody knows"), f"{CELLS}_doubt_words.html", phone="second"),
    Column("attempts", gettext_lazy("Tries"), numeric=True, shown=False),
    Column("number", gettext_lazy("Number in the ledger"), "pk", ("id",), shown=False, numeric=True),
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Message ids by dispatch; `pairs` are the hidden fields by which the next step asks the same."""

    letters: dict[int, list[int]]
    pairs: list[tuple[str, str]]

    @property
    def count(self) -> int:
        return sum(len(ids) for ids in self.letters.values())


@doors.staff(Permission.LOOK)
def uncertain_list(request: StaffRequest) -> HttpResponse:
    letters = doubt.letters()
    table = Table(
        name="uncertain-letters",
        request=request,
        queryset=letters.select_related("dispatch__brand"),
        columns=COLUMNS,
        default_sort="number",
        bulk=_acts(),
        count=Count(letters.count()),
        empty=Empty(
            _("Nothing is in doubt"),
            _(
                "Of every single letter it is known what became of it. Campaigns show theirs on their own pages."
            ),
            reverse("delivery:health_page"),
            _("To system health"),
            "circle-check",
        ),
        caption=_("Letters in doubt"),
    )
    try:
        for row in table.page.rows:
            row.words = doubt_words.why(row.reason)
    except keyset.BadCursor:
        # An old link: the first page serves better than a refusal.
        return redirect(request.path)
    return tables.respond(request, table, "delivery/uncertain_list.html", {})


@require_POST
@doors.staff(Permission.SEND)
def uncertain_settle(request: StaffRequest, act: str) -> HttpResponse:
    """First the number and what the act risks; with `confirmed`, the act."""
    if act not in settling.ACTS:
        raise Http404
    here = reverse("delivery:uncertain_list")
    chosen = _chosen(request)
    if not chosen.count:
        toasts.warn(request, _("None of these letters is in doubt any more, or none was ticked."))
        return responses.go(request, here)
    # Of all that are in doubt there may be more than were asked about.
    if request.POST.get("confirmed") != str(chosen.count):
        words = doubt_words.question(act, chosen.count, single=True)
        context = {"act": act, "chosen": chosen, "back": here, **words}
        return render(request, "delivery/uncertain_settle.html", context)
    _settle(request, act, chosen)
    return responses.go(request, here)


def _settle(request: StaffRequest, act: str, chosen: Chosen) -> None:
    try:
        settled = settling.settle(chosen.letters, act, now=clock.now())
    except UserError as refusal:
        toasts.bad(request, str(refusal))
        return
    audit.record(
        request,
        f"dispatch.letters_{settling.ACTS[act].done}",
        label=", ".join(map(str, sorted(chosen.letters)))[:200],
        detail={"letters": settled, "dispatches": len(chosen.letters)},
    )
    toasts.ok(request, doubt_words.done(act, settled))


def _chosen(request: StaffRequest) -> Chosen:
    if request.POST.get("all"):
        return Chosen(doubt.by_dispatch(doubt.letters()), [("all", "1")])
    texts = request.POST.getlist("ids")[:MOST_TICKED]
    ids = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
    there = doubt.by_dispatch(doubt.letters(ids))
    return Chosen(there, [("ids", str(number)) for numbers in there.values() for number in numbers])


def _acts() -> list[Bulk]:
    def act(name: str, label: str, icon: str) -> Bulk:
        return Bulk(label, reverse("delivery:uncertain_settle", args=[name]), Permission.SEND, icon)

    return [
        act("mark-sent", _("Mark as sent"), "check"),
        act("send-again", _("Send again"), "send"),
        act("give-up", _("Mark as not arrived"), "circle-x"),
    ]

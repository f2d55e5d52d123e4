"""The list of campaigns, and how a new one begins."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Count as Number
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.forms import NewForm
from campaigns.models import Campaign, CampaignState
from campaigns.selectors import figures
from campaigns.services import drafting
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import inline, keyset, responses, tables
from mailhub.web.tables import Column, Count, Empty

COLUMNS = (
    Column("name", gettext_lazy("Name"), "campaigns/cells/_name.html", ("name", "id"), phone="title"),
    Column("state", gettext_lazy("State"), "campaigns/cells/_state.html", phone="meta"),
    Column("lists", gettext_lazy("Lists"), "campaigns/cells/_lists.html"),
    Column("sent", gettext_lazy("Sent"), "campaigns/cells/_sent.html", numeric=True, phone="second"),
    Column("opened", gettext_lazy("Opened"), "campaigns/cells/_opened.html", numeric=True),
    Column("clicked", gettext_lazy("Clicked"), "campaigns/cells/_clicked.html", numeric=True),
    Column("when", gettext_lazy("When"), "campaigns/cells/_when.html", ("id",)),
)


class CampaignTable(tables.Table):
    """Campaigns with their figures, found for the whole page at once."""

    @cached_property
    def page(self) -> keyset.Page[Any]:
        page = super().page
        found = figures.of(page.rows)
        for row in page.rows:
            row.figures = found.get(row.pk)
        return page


@doors.staff(Permission.LOOK)
def campaign_list(request: StaffRequest) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    queryset = Campaign.objects.select_related("dispatch", "brand").prefetch_related("lists")
    if state in CampaignState.values:
        queryset = queryset.filter(state=state)
    if text:
        queryset = queryset.filter(name__icontains=text)
    table = CampaignTable(
        name="campaigns",
        request=request,
        queryset=queryset,
        columns=COLUMNS,
        default_sort="-when",
        row_url=lambda row: asking.page_url(row.pk),
        count=Count(queryset.count()),
        empty=_empty(is_filtered=bool(state or text), may_write=request.user.may(Permission.WRITE_CAMPAIGNS)),
        caption=_("Campaigns"),
    )
    context = {"tabs": _tabs(state), "text": text, "state": state}
    return tables.respond(request, table, "campaigns/campaign_list.html", context)


@doors.staff(Permission.WRITE_CAMPAIGNS)
def campaign_new(request: StaffRequest) -> HttpResponse:
    """A name is enough; the rest grows on the campaign's page."""
    initial = {"copy_of": request.GET.get("copy_of", "")}
    form = NewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and (campaign := _made(request, form)):
            audit.record(request, "campaign.created", target=campaign)
            return responses.go(request, asking.page_url(campaign.pk))
    status = 422 if form.errors else 200
    return render(request, "campaigns/campaign_new.html", {"form": form}, status=status)


def _made(request: StaffRequest, form: NewForm) -> Campaign | None:
    name, original = form.cleaned_data["name"], form.cleaned_data["copy_of"]
    now = clock.now()
    try:
        if original is None:
            return drafting.start(name, now=now, created_by=request.user)
        return drafting.clone(original.pk, now=now, name=name, created_by=request.user)
    except UserError as refusal:
        form.add_error(None, str(refusal))
        return None


def _tabs(state: str) -> list[tuple[str, str, bool]]:
    """Each state that there are campaigns in, with their number."""
    here = reverse("campaigns:campaign_list")
    numbers = dict(Campaign.objects.order_by().values_list("state").annotate(number=Number("id")))
    tabs = [(_("All"), here, not state)]
    for value, label in CampaignState.choices:
        if numbers.get(value) or value == state:
            title = f"{str(label).capitalize()} {numbers.get(value, 0)}"
            tabs.append((title, f"{here}?state={value}", value == state))
    return tabs


def _empty(*, is_filtered: bool, may_write: bool) -> Empty:
    if is_filtered:
        return Empty(_("No campaign is like that"), _("Choose another state, or search for another name."))
    return Empty(
        _("No campaigns yet"),
        _("A campaign sends one letter to the people of your lists, each once."),
        reverse("campaigns:campaign_new") if may_write else "",
        _("New campaign"),
        "send",
    )

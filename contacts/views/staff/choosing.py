"""Whom a bulk act is for: what the table's form posted, ticked rows or everybody of the filter."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import Contact
from contacts.selectors import browsing
from contacts.selectors.browsing import Choice
from contacts.views.staff import table
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.lib.errors import UserError

MOST_TICKED = 1_000


class NobodyChosen(UserError):
    """No row was ticked, or none of them is there any more."""


@dataclass(frozen=True)
class Chosen:
    """`pairs` are the hidden fields with which the next step asks for the same people."""

    choice: Choice
    count: int
    words: str
    pairs: list[tuple[str, str]]
    back: str


def read(request: StaffRequest) -> Chosen:
    """Raises NobodyChosen, BadTree."""
    data = request.POST if request.method == "POST" else request.GET
    query = data.get("filter", "")
    filter_ = browsing.read(QueryDict(query[:20_000]))
    back = table.list_url(filter_)
    if data.get("all"):
        choice = Choice(
            filter=filter_,
            asked_at=clock.now(),
            zone=str(table.zone()),
            sees_addresses=request.user.may(Permission.SEE_ADDRESSES),
        )
        pairs = [("all", "1"), ("filter", filter_.query_string())]
        return _checked(Chosen(choice, choice.rows().count(), filter_.words(), pairs, back))
    ids = _numbers(data.getlist("ids"))
    there = tuple(Contact.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    words = ngettext("%(count)d ticked contact", "%(count)d ticked contacts", len(there)) % {
        "count": len(there)
    }
    pairs = [*(("ids", str(pk)) for pk in there), ("filter", filter_.query_string())]
    return _checked(Chosen(Choice(ids=there), len(there), words, pairs, back))


def _checked(chosen: Chosen) -> Chosen:
    if not chosen.count:
        raise NobodyChosen(_("Nobody is chosen. Tick contacts, or all that match."))
    return chosen


def _numbers(texts: list[str]) -> list[int]:
    short = [text for text in texts[:MOST_TICKED] if text.isascii() and text.isdecimal() and len(text) < 19]
    return [int(text) for text in short]

"""Which contacts a query of the API means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from contacts.api import finding
from contacts.models import Contact, ContactTag, Subscription, SubscriptionState
from contacts.segments import tree
from contacts.segments.tree import EVERYBODY, BadTree
from contacts.selectors import counting, people
from contacts.selectors.browsing import Filter
from mailhub.lib import clock
from mailhub.web import problems
from mailhub.web.api import faults

faults.register(BadTree, problems.MALFORMED)

STATE = SubscriptionState.SUBSCRIBED
MOMENTS = {
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
    "updated_after": "updated_at__gte",
    "updated_before": "updated_at__lt",
}


def contacts(query: Mapping[str, Any]) -> QuerySet[Contact]:
    """Contacts that pass every filter. Raises InvalidAddress, Invalid, BadTree."""
    if query["email"]:
        found = people.by_address(query["email"])
        return _filtered(query).filter(pk=found.pk) if found else Contact.objects.none()
    rows = _filtered(query)
    if not any(query.get(name) for name in ("search", "filter", "tag", "list", *MOMENTS)):
        return rows
    # A few are found by their numbers: the newest contacts until a page of them is full may be all there are.
    few = counting.count(rows).ids
    return rows if few is None else counting.among(few)


def _filtered(query: Mapping[str, Any]) -> QuerySet[Contact]:
    group = tree.read_text(query["filter"]) if query["filter"] else EVERYBODY
    rows = Filter(query["search"], group).rows(now=clock.now())
    if query["tag"]:
        key = " ".join(query["tag"].split()).casefold()
        rows = rows.filter(Exists(ContactTag.objects.filter(contact=OuterRef("pk"), tag__key=key)))
    if query["list"]:
        list_ = finding.list_of(query["list"])
        on_it = Subscription.objects.filter(
            contact=OuterRef("pk"), list=list_, state=query.get("state", STATE)
        )
        rows = rows.filter(Exists(on_it))
    return rows.filter(**{MOMENTS[name]: query[name] for name in MOMENTS if name in query})

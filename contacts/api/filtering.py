"""Which contacts a query of the API means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from contacts.api import finding
from contacts.models import Contact, ContactTag, Subscription
from contacts.segments import compiler, tree
from contacts.segments.tree import BadTree
from contacts.selectors import people
from mailhub.lib import clock
from mailhub.web import problems
from mailhub.web.api import faults

faults.register(BadTree, problems.MALFORMED)

MOMENTS = {
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
    "updated_after": "updated_at__gte",
    "updated_before": "updated_at__lt",
}


def contacts(query: Mapping[str, Any]) -> QuerySet[Contact]:
    """Contacts that pass every filter. Raises InvalidAddress, Invalid."""
    rows = Contact.objects.all()
    if query["email"]:
        found = people.by_address(query["email"])
        rows = rows.filter(pk=found.pk) if found else rows.none()
    if query["search"]:
        rows = people.search(query["search"], among=rows)
    if query["tag"]:
        key = " ".join(query["tag"].split()).casefold()
        rows = rows.filter(Exists(ContactTag.objects.filter(contact=OuterRef("pk"), tag__key=key)))
    if query["list"]:
        list_ = finding.list_of(query["list"])
        on_it = Subscription.objects.filter(contact=OuterRef("pk"), list=list_, state=query["state"])
        rows = rows.filter(Exists(on_it))
    if query["filter"]:
        rows = rows.filter(compiler.compile(tree.read_text(query["filter"]), now=clock.now()))
    return rows.filter(**{MOMENTS[name]: query[name] for name in MOMENTS if name in query})

"""The contact table: its columns, what it counts, and what it says when nobody is in it."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.models import Contact, CustomField
from contacts.segments import compiler
from contacts.selectors import browsing, counting
from contacts.selectors.browsing import Filter
from contacts.selectors.counting import Found
from contacts.views.staff import badges
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.web.tables import Bulk, Column, Count, Empty, Table
from mailhub.web.templatetags.ui import ago
from mailhub.web.templatetags.ui import count as grouped

CELLS = "contacts/staff/cells"
# By what has an index of its own; the other columns as long as sorting everybody is quick.
SORTED = (
    Column("contact", gettext_lazy("Contact"), f"{CELLS}/_person.html", ("email_key", "id"), phone="title"),
    Column("status", gettext_lazy("Mail"), badges.reach_badge, phone="meta"),
    Column("lists", gettext_lazy("Lists"), badges.list_badges, phone="second"),
    Column("tags", gettext_lazy("Tags"), badges.tag_badges),
)
PLAIN = (
    ("first_name", gettext_lazy("First name"), False),
    ("last_name", gettext_lazy("Last name"), False),
    ("city", gettext_lazy("City"), True),
    ("country", gettext_lazy("Country"), True),
    ("locale", gettext_lazy("Language"), False),
    ("phone", gettext_lazy("Phone"), False),
    ("source", gettext_lazy("Source"), False),
)


def make(request: StaffRequest, filter_: Filter, rows: QuerySet[Contact], found: Found) -> Table:
    """The table of `rows`, already narrowed."""
    return Table(
        name="contacts",
        request=request,
        queryset=browsing.with_badges(rows),
        columns=_columns(),
        default_sort="-created",
        row_url=contact_url,
        bulk=_acts(),
        count=Count(found.number, found.kind, _result(filter_, found)),
        empty=_empty(request, filter_) if found.number == 0 else Empty(""),
        caption=_("Contacts"),
    )


def contact_url(contact: Contact) -> str:
    return reverse("contacts:contact_page", args=[contact.pk])


def list_url(filter_: Filter) -> str:
    """The address of the table with this filter."""
    query = filter_.query_string()
    url = reverse("contacts:contact_list")
    return f"{url}?{query}" if query else url


def zone() -> tzinfo:
    """The viewer's."""
    return timezone.get_current_timezone()


def _columns() -> list[Column]:
    small = counting.everybody().kind == "exact"

    def order(name: str) -> tuple[str, ...]:
        return (name, "id") if small else ()

    plain = [Column(key, title, order=order(key), shown=shown) for key, title, shown in PLAIN]
    added = Column("created", gettext_lazy("Added"), lambda row: ago(row.created_at), ("created_at", "id"))
    changed = Column(
        "changed", gettext_lazy("Changed"), lambda row: ago(row.updated_at), ("updated_at", "id"), False
    )
    custom = [
        Column(f"custom.{key}", label, shown=False)
        for key, label in CustomField.objects.order_by("label").values_list("key", "label")
    ]
    return [*SORTED, *plain, added, changed, *custom]


def _acts() -> list[Bulk]:
    def act(kind: str, label: Any, icon: str, *, danger: bool = False) -> Bulk:
        url = reverse("contacts:contact_act", args=[kind])
        return Bulk(label, url, Permission.WRITE_PEOPLE, icon, danger)

    return [
        act("subscribe", gettext_lazy("Add to list"), "user-plus"),
        act("unsubscribe", gettext_lazy("Remove from list"), "user-minus"),
        act("tag", gettext_lazy("Add tag"), "tag"),
        act("untag", gettext_lazy("Remove tag"), "minus"),
        Bulk(gettext_lazy("Export"), reverse("contacts:contact_export"), Permission.EXPORT, "download"),
        act("delete", gettext_lazy("Delete"), "trash-2", danger=True),
    ]


def _result(filter_: Filter, found: Found) -> str:
    """ "239 of 1 202 contacts"."""
    total = found if filter_.is_empty else counting.everybody()
    everybody = ngettext("%(count)s contact", "%(count)s contacts", total.number) % {"count": _said(total)}
    if filter_.is_empty:
        return everybody
    return _("%(part)s of %(everybody)s") % {"part": _said(found), "everybody": everybody}


def _said(found: Found) -> str:
    number = grouped(found.number)
    return {"exact": number, "capped": f"{number}+", "estimate": f"≈ {number}"}[found.kind]


def _empty(request: StaffRequest, filter_: Filter) -> Empty:
    """Nobody matches: names what to take away."""
    if filter_.is_empty:
        return Empty(_("No contacts yet"), icon="users")
    sees_addresses = request.user.may(Permission.SEE_ADDRESSES)
    found = browsing.culprits(filter_, now=clock.now(), zone=zone(), sees_addresses=sees_addresses)
    title = _("No contact matches.")
    if not found:
        return Empty(
            title, url=reverse("contacts:contact_list"), label=_("Remove all filters"), icon="filter"
        )
    number = found[0]
    words = _item_words(filter_, number)
    text = _("Remove “%(filter)s”?") % {"filter": words}
    url = list_url(browsing.without_item(filter_, number))
    return Empty(title, text, url, _("Remove “%(filter)s”") % {"filter": words}, "filter")


def _item_words(filter_: Filter, number: int) -> str:
    if number < 0:
        return filter_.text
    return compiler.said_items(filter_.group)[number][1]

"""Whether a person gets marketing mail, in one sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, MailingWish, Subscription, SubscriptionState
from mailhub.delivery.models import Suppression
from mailhub.lib import clock

WHY: dict[str, Promise] = {
    "hard_bounce": gettext_lazy("Gets none: the mailbox did not exist on %(day)s."),
    "soft_bounce": gettext_lazy("Gets none: the mailbox has been full time and again, until %(day)s."),
    "complaint": gettext_lazy("Gets none: complained on %(day)s."),
    "unsubscribed": gettext_lazy("Gets none: unsubscribed from everything on %(day)s."),
    "manual": gettext_lazy("Gets none: suppressed by hand on %(day)s."),
    "invalid": gettext_lazy("Gets none: the address is invalid, known since %(day)s."),
    "erased": gettext_lazy("Gets none: the address was erased on %(day)s."),
}
STRONGEST = ("complaint", "hard_bounce", "invalid", "erased", "unsubscribed", "manual", "soft_bounce")


@dataclass(frozen=True, slots=True)
class Reach:
    """`kind` is that of a badge."""

    kind: str
    text: str


def of(contact: Contact) -> Reach:
    """The strongest reason first: what stops everything, then what stops each list."""
    suppressions = list(Suppression.objects.filter(address_hash=contact.address_hash))
    stopped = {row.reason: row for row in suppressions if not row.scope_key}
    for reason in STRONGEST:
        if reason in stopped:
            return Reach("bad", WHY[reason] % {"day": _day(stopped[reason].created_at)})
    rows = list(Subscription.objects.filter(contact=contact).select_related("list").order_by("list__name"))
    scopes = {row.scope_key for row in suppressions}
    getting = [row for row in rows if _gets(row, scopes)]
    if not getting:
        return Reach("neutral", _why_none(rows))
    wish = MailingWish.objects.filter(contact=contact).first()
    if wish and wish.paused_until and wish.paused_until > clock.now():
        return Reach("warn", _("Paused by the person until %(day)s.") % {"day": _day(wish.paused_until)})
    names = get_text_list([row.list.name for row in getting], _("and"))
    return Reach("ok", _("Gets marketing mail: %(lists)s.") % {"lists": names})


def _gets(row: Subscription, scopes: Collection[str]) -> bool:
    lasting = row.basis_expires_at is None or row.basis_expires_at > clock.now()
    stopped = row.list.key in scopes or f"brand:{row.list.brand_id}" in scopes
    return row.state == SubscriptionState.SUBSCRIBED and lasting and not stopped


def _why_none(rows: list[Subscription]) -> str:
    if not rows:
        return _("Gets none: is on no list.")
    last = max(rows, key=lambda row: row.changed_at)
    told = {"list": last.list.name, "day": _day(last.changed_at)}
    if last.state == SubscriptionState.PENDING:
        return _("Gets none: has not confirmed “%(list)s” yet, asked on %(day)s.") % told
    if last.state == SubscriptionState.UNSUBSCRIBED:
        return _("Gets none: unsubscribed from “%(list)s” on %(day)s.") % told
    if last.basis_expires_at and last.basis_expires_at <= clock.now():
        return _("Gets none: the implied consent to “%(list)s” ended on %(day)s.") % {
            "list": last.list.name,
            "day": _day(last.basis_expires_at),
        }
    return _("Gets none: the address is suppressed for “%(list)s”.") % told


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), _("j M Y"))

"""Where a contact stands, as badges in a row of the table; reads only what came with the row."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contacts.models import SubscriptionState
from mailhub.web.templatetags import ui

SHOWN = 2
NOTHING = format_html('<span class="muted">{}</span>', "–")


def reach_badge(contact: Any) -> SafeString:
    """Whether letters can reach the contact, in one word."""
    states = {row.state for row in contact.subscriptions.all()}
    if contact.suppressed_for:
        return ui.badge("bad", _("suppressed"), "ban")
    if SubscriptionState.SUBSCRIBED in states:
        return ui.badge("ok", _("subscribed"))
    if SubscriptionState.PENDING in states:
        return ui.badge("warn", _("unconfirmed"), "hourglass")
    if SubscriptionState.UNSUBSCRIBED in states:
        return ui.badge("neutral", _("unsubscribed"), "user-minus")
    return ui.badge("neutral", _("on no list"), "minus")


def list_badges(contact: Any) -> SafeString:
    """The lists that the contact gets, two by name."""
    rows = [row for row in contact.subscriptions.all() if row.state == SubscriptionState.SUBSCRIBED]
    return _few(*[row.list.name for row in rows])


def tag_badges(contact: Any) -> SafeString:
    return _few(*sorted(tag.name for tag in contact.tags.all()))


# Many rows of a page have the same lists.
@lru_cache(maxsize=1024)
def _few(*names: str) -> SafeString:
    if not names:
        return NOTHING
    shown = format_html_join(" ", '<span class="badge">{}</span>', ((name,) for name in names[:SHOWN]))
    rest = names[SHOWN:]
    if not rest:
        return shown
    return format_html('{} <span class="badge" title="{}">+{}</span>', shown, ", ".join(rest), len(rest))

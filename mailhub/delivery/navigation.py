"""The places of the post office in the shell and among the settings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailhub.delivery import notices
from mailhub.delivery.models import SendingDomain
from mailhub.web import banners, navigation, search
from mailhub.web.navigation import Item
from mailhub.web.search import Hit

ITEMS = (
    Item("main", _("Mailbox"), "delivery:mailbox", "inbox", 60, permission="see_addresses"),
    Item("main", _("Suppressions"), "delivery:suppression_list", "ban", 26, under="contacts:contact_list"),
    Item("main", _("Settings"), "delivery:settings", "settings", 90),
    Item(
        "sending",
        _("Brand"),
        "delivery:brand_page",
        "store",
        10,
        help=_("Name, postal address, logo, colour, public address."),
    ),
    Item("sending", _("Senders"), "delivery:sender_list", "at-sign", 20, help=_("Who letters are from.")),
    Item(
        "sending",
        _("Domains"),
        "delivery:domain_list",
        "globe",
        30,
        help=_("DNS records (DKIM, SPF, DMARC) and what is found of them."),
    ),
    Item(
        "sending",
        _("Routes"),
        "delivery:route_list",
        "route",
        40,
        permission="administer",
        help=_("The mail server (SMTP) that letters leave by, and a test of it."),
    ),
    Item(
        "sending",
        _("Limits"),
        "delivery:limit_list",
        "timer",
        50,
        help=_("How fast letters may leave, warm-up of new domains, and what waits."),
    ),
    Item(
        "account",
        _("System health"),
        "delivery:health_page",
        "heart-pulse",
        100,
        help=_("Database, workers, queues, versions, space."),
    ),
)


def register() -> None:
    for item in ITEMS:
        navigation.register(item)
    banners.register(notices.capture_banner)
    banners.register(notices.breaker_banner)
    search.register("settings", find_settings, label=_("Settings"), icon="settings", order=80)


def find_settings(text: str, *, user: Any, limit: int) -> list[Hit]:
    """Settings pages of sending by their words, and sending domains by name, for the global search."""
    wanted = text.casefold()
    pages = [
        Hit(str(item.label), str(item.help), reverse(item.url_name))
        for item in ITEMS
        if wanted in f"{item.label} {item.help}".casefold() and user.may(item.permission)
    ]
    domains = [
        Hit(domain.name, gettext("Domain"), reverse("delivery:domain_page", args=[domain.pk]))
        for domain in SendingDomain.objects.filter(name__icontains=text).order_by("name")[:limit]
    ]
    return [*pages, *domains][:limit]

"""The places of the accounts room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mailhub.web import navigation
from mailhub.web.navigation import Item

ITEMS = (
    Item("you", _("Your account"), "accounts:account", "user", 10, help=_("Name, zone, language, theme.")),
    Item("you", _("Password"), "accounts:password", "lock", 20, help=_("Change your password.")),
    Item(
        "account",
        _("Staff and roles"),
        "accounts:staff_list",
        "users",
        80,
        permission="administer",
        help=_("Who may sign in, and what each may do."),
    ),
    Item(
        "account",
        _("API keys"),
        "accounts:api_key_list",
        "key",
        85,
        permission="administer",
        help=_("Which systems may use the API, and what each may do."),
    ),
    Item(
        "account",
        _("Audit log"),
        "accounts:audit_log",
        "scroll-text",
        90,
        permission="administer",
        help=_("Every act of staff and of API keys."),
    ),
)


def register() -> None:
    for item in ITEMS:
        navigation.register(item)

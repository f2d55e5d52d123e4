"""Django's admin, brought in with the addresses that lead to it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class AdminConfig(SimpleAdminConfig):
    """Imports no room's admin when a process starts: a third of what Django's start takes, and workers, beat and
    commands serve no pages. `mailhub.urls` imports them, and so does `manage.py check`."""

    default = False

    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_rooms, checks.Tags.admin)


def check_rooms(**options: Any) -> list[checks.CheckMessage]:
    """Django's own checks of every room's admin."""
    from django.contrib import admin

    admin.autodiscover()
    found: list[checks.CheckMessage] = check_admin_app(**options)
    return found

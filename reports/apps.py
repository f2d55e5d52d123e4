"""Registers the reports room with Django, and its places in the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mailhub.web import navigation
        from mailhub.web.navigation import Item
        from reports import (
            contact_panels,
            receivers,  # noqa: F401  # importing it connects the receivers
        )

        contact_panels.register()
        navigation.register(Item("main", _("Home"), "reports:home", "house", 0))
        navigation.register(Item("main", _("Reports"), "reports:overview", "chart-column", 50))

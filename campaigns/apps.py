"""Registers the campaigns room with Django."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from campaigns import (
            navigation,
            receivers,  # noqa: F401  # importing it connects the receivers
        )
        from campaigns.selectors import letter_use
        from mailhub.content import usage

        navigation.register()
        usage.register("campaigns", letter_use.of_letters)

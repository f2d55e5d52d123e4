"""Registers the accounts room with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mailhub.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mailhub.accounts import navigation

        navigation.register()

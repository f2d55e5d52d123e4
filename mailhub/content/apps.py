"""Registers the content room with Django, and its places with the shell."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "mailhub.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mailhub.content import navigation

        navigation.register()

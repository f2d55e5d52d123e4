"""Registers the content room with Django."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "mailhub.content"
    label = "content"
    default_auto_field = "django.db.models.BigAutoField"

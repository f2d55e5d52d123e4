"""Registers the transactional room with Django."""

from django.apps import AppConfig


class TransactionalConfig(AppConfig):
    name = "mailhub.transactional"
    label = "transactional"
    default_auto_field = "django.db.models.BigAutoField"

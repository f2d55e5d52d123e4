"""Registers the delivery room with Django."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "mailhub.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

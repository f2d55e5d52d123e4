"""Registers the web room (shell, health, components) with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mailhub.web"
    label = "web"

"""`manage.py revoke_api_key KEY`: a key works no more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.accounts.services import api_keys, audit
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Revoke an API key, named by its number, its name or its first characters."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", metavar="KEY", help="number, name, or the beginning that is shown")

    def run(self, **options: Any) -> None:
        key = api_keys.find(options["key"])
        api_keys.revoke(key)
        audit.record(None, "api_key.revoked", target=key)
        self.say(f"The API key “{key.name}” ({key.prefix}…) works no more.")

"""`manage.py api_keys`: the API keys that there are, without their secrets."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.accounts.models import ApiKey
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "List the API keys: number, name, first characters, scopes, last use, end."

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        keys = ApiKey.objects.order_by("pk")
        if options["json"]:
            self.print_json([_described(key) for key in keys])
            return
        for key in keys:
            used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
            self.say(f"{key.pk}  {key.name}  {key.prefix}…  {', '.join(key.scopes)}  {used}{_end(key)}")


def _described(key: ApiKey) -> dict[str, Any]:
    moments = ("created_at", "last_used_at", "expires_at", "revoked_at")
    return {
        "id": key.pk,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "requests_per_minute": key.requests_per_minute,
        **{name: at.isoformat() if (at := getattr(key, name)) else None for name in moments},
    }


def _end(key: ApiKey) -> str:
    if key.revoked_at:
        return f"  revoked {key.revoked_at:%Y-%m-%d}"
    return f"  until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else ""

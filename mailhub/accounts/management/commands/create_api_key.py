"""`manage.py create_api_key NAME --scopes …`: a key for another system, shown once."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import CommandParser

from mailhub.accounts.models.api_keys import DEFAULT_RATE
from mailhub.accounts.scopes import Scope
from mailhub.accounts.services import api_keys, audit
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = f"Make an API key and print it once. Scopes: all, {', '.join(Scope)}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="which system will use it")
        parser.add_argument(
            "--scopes",
            nargs="+",
            required=True,
            metavar="SCOPE",
            help="what it may do, such as contacts:read contacts:write; or all",
        )
        parser.add_argument(
            "--expires", metavar="DATE", help="works until then, as 2027-12-31 or 2027-12-31T18:00+01:00"
        )
        parser.add_argument(
            "--rate", type=int, default=DEFAULT_RATE, metavar="N", help="requests a minute (%(default)s)"
        )
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        expires_at = _moment(options["expires"]) if options["expires"] else None
        made = api_keys.create(
            options["name"],
            scopes=options["scopes"],
            expires_at=expires_at,
            requests_per_minute=options["rate"],
        )
        audit.record(None, "api_key.created", target=made.key, detail={"scopes": made.key.scopes})
        if api_keys.has_namesake(made.key):
            told = f"Another working key is called “{made.key.name}” too; this one is number {made.key.pk}."
            self.note(f"{told} manage.py revoke_api_key ends one by its number.")
        if options["json"]:
            self.print_json(
                {
                    "id": made.key.pk,
                    "name": made.key.name,
                    "key": made.secret,
                    "scopes": made.key.scopes,
                    "requests_per_minute": made.key.requests_per_minute,
                    "expires_at": expires_at.isoformat() if expires_at else None,
                }
            )
            return
        self.say(made.secret)
        self.note("Keep it now: MailHub stores only its hash and cannot show it again.")


def _moment(text: str) -> datetime:
    """A date counts to its end, and a time without a zone is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise api_keys.BadKey(f"“{text[:40]}” is not a date such as 2027-12-31.") from error
    if len(text) == 10:
        moment = datetime.combine(moment.date(), time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""`manage.py campaign_status ID`: how far a campaign has come."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from campaigns.console import words
from campaigns.selectors import progress
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Show how far a campaign has come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", metavar="ID", type=int)
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        now = progress.read(options["campaign_id"])
        if options["json"]:
            self.print_json(now.as_json())
        else:
            self.say(words.summary(now))

"""`manage.py why CAMPAIGN ADDRESS`: why did or didn't this person get it?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.web.commands import Command as BaseCommand
from reports.selectors import why
from reports.services import freshness


class Command(BaseCommand):
    help = "Say why a person did or did not get a campaign's letter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", metavar="CAMPAIGN", type=int)
        parser.add_argument("address", metavar="ADDRESS")

    def run(self, **options: Any) -> None:
        freshness.catch_up()
        for sentence in why.explain(options["campaign_id"], address=options["address"]):
            self.say(sentence)

"""`manage.py campaign_report ID`: what became of a campaign."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.web.commands import Command as BaseCommand
from reports.console import campaign_page
from reports.selectors import campaign_report
from reports.services import freshness


class Command(BaseCommand):
    help = (
        "Show what became of a campaign: balance, opens and clicks, links, recipient domains, unsubscribes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", metavar="ID", type=int)
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        if not freshness.catch_up():
            self.note("The tracker's buffer cannot be read now; the newest opens and clicks are missing.")
        report = campaign_report.report(options["campaign_id"])
        if options["json"]:
            self.print_json(report)
        else:
            self.say(campaign_page.write(report))

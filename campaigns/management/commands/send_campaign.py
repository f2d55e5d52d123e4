"""`manage.py send_campaign`: creates a campaign and launches it."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.console import request, watching, words
from campaigns.console.bar import Bar
from campaigns.models import Campaign
from campaigns.selectors import progress
from campaigns.selectors.progress import Progress
from campaigns.services import drafting
from mailhub.lib import clock
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Create a campaign from a letter in a file, and send it to the people of a list."

    def add_arguments(self, parser: CommandParser) -> None:
        request.add_arguments(parser)
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        now = clock.now()
        wanted = request.read(options, now=now)
        campaign = drafting.send(wanted.draft, letter=wanted.letter, now=now, at=wanted.at)
        if options["wait"]:
            self.wait(campaign, as_json=options["json"])
            return
        figures = progress.read(campaign.pk)
        self.tell(figures, as_json=options["json"])
        if wanted.at is None and figures.queued and not watching.worker_is_alive():
            self.note(words.no_worker(figures))

    def wait(self, campaign: Campaign, *, as_json: bool) -> None:
        bar = Bar(sys.stderr)
        try:
            ending = watching.watch(campaign.pk, around=watching.Surroundings(show=bar.show))
        except KeyboardInterrupt:
            raise CommandError(words.left_alone(campaign.pk), returncode=130) from None
        bar.close(ending.progress, at=time.monotonic())
        self.tell(ending.progress, as_json=as_json)
        if ending.complaint:
            raise CommandError(ending.complaint)

    def tell(self, figures: Progress, *, as_json: bool) -> None:
        if as_json:
            self.print_json(figures.as_json())
        else:
            self.say(words.summary(figures))

"""What the commands that move one campaign have in common."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from campaigns.console import words
from campaigns.selectors import progress
from mailhub.web.commands import Command


class MovingCommand(Command):
    """Subclasses say in `move` what they do; the answer is how the campaign stands then."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", metavar="ID", type=int)

    def run(self, **options: Any) -> None:
        self.move(options["campaign_id"])
        self.say(words.summary(progress.read(options["campaign_id"])))

    def move(self, campaign_id: int) -> None:
        raise NotImplementedError("A command says in move() what it does to the campaign.")

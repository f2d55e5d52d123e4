"""`manage.py demo --load | --remove`: the example shop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mailhub.accounts.services import audit
from mailhub.demo.services import loading, removing
from mailhub.lib import clock
from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Load an example shop with 2,000 invented people and its past campaigns, or remove it again."

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--load", action="store_true", help="bring it in; it is there only once")
        act.add_argument("--remove", action="store_true", help="take all of it out, and nothing else")

    def run(self, **options: Any) -> None:
        if options["load"]:
            note = loading.load(now=clock.now())
            audit.record(None, "example_data.loaded", actor="manage.py demo")
            self.say(
                f"The example shop is there: {len(note.hashes):,} people, "
                f"{len(note.made['campaigns.campaign'])} campaigns. Remove it with: manage.py demo --remove"
            )
            return
        stayed = removing.remove()
        audit.record(None, "example_data.removed", actor="manage.py demo")
        self.say("The example shop is gone.")
        if stayed:
            self.note(f"Kept, because something of yours uses it: {', '.join(stayed)}.")

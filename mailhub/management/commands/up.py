"""`manage.py up`: run every part of MailHub on this machine until a stop signal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandParser

from mailhub.web.commands import Command as BaseCommand

if TYPE_CHECKING:
    from mailhub.accounts.services.staff import FirstAccount


class Command(BaseCommand):
    help = "Run MailHub: Valkey (unless REDIS_URL is set), web server, three workers, beat. Ctrl-C stops it."
    # The parts check themselves; checking here too would only delay them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="bring in an example shop first, once; “manage.py demo --remove” takes it out again",
        )

    def run(self, **options: Any) -> None:
        from mailhub.supervisor import preparation
        from mailhub.supervisor.loop import Supervisor

        prepare = _prepare_with_demo if options["demo"] else preparation.prepare_database
        if not Supervisor(prepare=prepare).run():
            sys.exit(1)


def _prepare_with_demo() -> FirstAccount | None:
    from django.db import connections

    from mailhub.accounts.services import audit
    from mailhub.demo.services import loading
    from mailhub.lib import clock
    from mailhub.supervisor import log, preparation

    account = preparation.prepare_database()
    log.say("Loading the example shop, which takes some seconds.")
    try:
        note = loading.load(now=clock.now())
    except loading.AlreadyLoaded as refusal:
        log.say(str(refusal))
    else:
        audit.record(None, "example_data.loaded", actor="bin/start --demo")
        log.say(
            f"The example shop is there: {len(note.hashes):,} people. manage.py demo --remove takes it out."
        )
    connections.close_all()
    return account

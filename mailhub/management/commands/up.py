"""`manage.py up`: run every part of MailHub on this machine until a stop signal."""

from __future__ import annotations

import sys
from typing import Any

from mailhub.web.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "Run MailHub: Valkey (unless REDIS_URL is set), web server, two workers, beat. Ctrl-C stops it."
    # The parts check themselves; checking here too would only delay them.
    requires_system_checks = ()

    def run(self, **options: Any) -> None:
        from mailhub.supervisor.loop import Supervisor

        if not Supervisor().run():
            sys.exit(1)

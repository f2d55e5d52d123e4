"""The base of MailHub's management commands: one sentence for a mistake, one object for --json."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailhub.lib.errors import UserError


class Command(BaseCommand):
    """Subclasses write `run(**options)`; a `UserError` ends it with its sentence and exit status 1."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except UserError as error:
            raise CommandError(str(error)) from error

    def run(self, **options: Any) -> None:
        raise NotImplementedError("A command says what it does in run().")

    def add_json_flag(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print one JSON value on stdout and nothing else"
        )

    def print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, default=str))

    def say(self, text: str) -> None:
        self.stdout.write(text)

    def note(self, text: str) -> None:
        """Something worth knowing that is not the answer: goes to stderr."""
        self.stderr.write(text)

"""Imports a CSV or XLSX file of people into a list: `import_contacts FILE --list SLUG --consent-source TEXT`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from contacts.importing import importer
from contacts.importing.importer import Order, Result
from contacts.importing.mapping import Mapping, Role
from contacts.importing.reading.table import Table
from mailhub.web.commands import Command as BaseCommand

BAR_WIDTH = 30
ROLES = {
    Role.NAME: "first and last name",
    Role.STATUS: "status",
    Role.REMARK: "status",
    Role.CONSENT: "status (yes to mail)",
    Role.WITHDRAWAL: "status (no to mail)",
    Role.CONSENTED_AT: "moment of consent",
    Role.CONSENT_IP: "address of the consent",
    Role.ATTRIBUTES: "custom fields",
    Role.IGNORED: "not imported",
}


class Command(BaseCommand):
    help = "Import a CSV or XLSX file of people into a list. Called again after an interruption, it goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a .csv or .xlsx file with a line of column names")
        parser.add_argument("--list", required=True, metavar="SLUG", help="made when it does not exist")
        parser.add_argument(
            "--consent-source", required=True, metavar="TEXT", help="where these people agreed to be mailed"
        )
        parser.add_argument("--dry-run", action="store_true", help="count what would happen, change nothing")
        parser.add_argument(
            "--empty",
            choices=["keep", "clear"],
            default="keep",
            help="what an empty cell does to a stored value",
        )
        self.add_json_flag(parser)

    def run(self, **options: Any) -> None:
        order = Order(
            path=Path(options["file"]).expanduser(),
            list_slug=options["list"],
            consent_source=options["consent_source"],
            empty=options["empty"],
        )
        watch = _Progress(self, quiet=options["json"])
        try:
            result = (importer.rehearse if options["dry_run"] else importer.run)(order, watch=watch)
        except KeyboardInterrupt as error:
            raise CommandError(
                "Stopped. Call the same command again and it goes on.", returncode=130
            ) from error
        finally:
            watch.clear()
        if options["json"]:
            self.print_json(as_json(result))
        else:
            self.say(in_words(result, list_slug=order.list_slug))


def as_json(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "rows": result.rows,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "duplicate": result.duplicate,
        "invalid": result.invalid,
        "suppressed": result.suppressed,
        "error_file": str(result.error_file) if result.error_file else None,
    }


def in_words(result: Result, *, list_slug: str) -> str:
    head = (
        f"Dry run for “{list_slug}”: nothing was changed. {result.rows:,} rows would be:"
        if result.id is None
        else f"Import {result.id} into “{list_slug}” has finished. {result.rows:,} rows:"
    )
    lines = [
        head,
        f"  {result.created:>11,} new contacts",
        f"  {result.updated:>11,} contacts changed",
        f"  {result.unchanged:>11,} contacts left as they are",
        f"  {result.duplicate:>11,} rows naming somebody a second time",
        f"  {result.invalid:>11,} rows that cannot be imported",
        f"{result.suppressed:,} of these people are suppressed and will not be mailed.",
    ]
    if result.noted:
        lines.append(f"{result.noted:,} rows came in without something that could not be understood.")
    if result.error_file:
        lines.append(f"Each of those rows and its reason: {result.error_file}")
    return "\n".join(lines)


class _Progress:
    """What was detected, in words; and on a terminal a bar."""

    def __init__(self, command: Command, *, quiet: bool) -> None:
        self._command, self._quiet = command, quiet
        self._bar = sys.stderr.isatty() and not quiet
        self._total = 0

    def began(self, table: Table, mapping: Mapping, *, row_count: int) -> None:
        self._total = row_count
        if self._quiet:
            return
        known = f", an export of {mapping.format_.name}" if mapping.format_ else ""
        self._command.say(f"{table.source.path.name}: {table.describe()}{known}; {row_count:,} rows.")
        for column in mapping.columns:
            what = ROLES.get(column.role) or column.target
            kind = f" (custom field, {column.kind.label})" if column.role == Role.CUSTOM else ""
            self._command.say(f"  {column.header or '(no name)'} → {what}{kind}")

    def resumed(self, position: int) -> None:
        if not self._quiet:
            self._command.say(f"This import was interrupted; it goes on after row {position:,}.")

    def staged(self, position: int) -> None:
        self._draw("reading", position)

    def merged(self, position: int) -> None:
        self._draw("importing", position)

    def clear(self) -> None:
        if self._bar:
            sys.stderr.write("\r\033[K")

    def _draw(self, what: str, position: int) -> None:
        if self._bar and self._total:
            done = round(BAR_WIDTH * position / self._total)
            sys.stderr.write(f"\r{what:>9} [{'#' * done:<{BAR_WIDTH}}] {position:,} of {self._total:,}\033[K")
            sys.stderr.flush()

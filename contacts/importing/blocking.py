"""Imports a list of addresses that must not be mailed (rules 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from contacts.importing import drafts, people, planning, rejects, runs, uploads
from contacts.importing.counts import Counts
from contacts.importing.mapping import Mapping, Role
from contacts.importing.people import InvalidRow, Person
from contacts.importing.reading.table import Table
from contacts.importing.staging import Staged
from contacts.importing.statuses import Standing
from contacts.importing.watching import Watch
from contacts.models import Contact, Import
from mailhub.delivery import hashing
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from mailhub.delivery.services.suppression import Entry
from mailhub.lib import clock

ROWS_AT_ONCE = 1_000
# Of a file of addresses that must not be mailed, only these columns matter.
TELLING = (Role.EMAIL, Role.STATUS, Role.REMARK, Role.CONSENT, Role.WITHDRAWAL)
SHOWN = 5


@dataclass
class Outcome:
    """Counts of the whole file; `known` of its addresses are contacts here. The rest are a few examples."""

    new: int = 0
    already: int = 0
    invalid: int = 0
    known: int = 0
    rows: int = 0
    new_people: list[str] = field(default_factory=list)
    error_file: Path | None = None


def rehearse(run: Import, *, watch: Watch) -> Outcome:
    """What `perform` would count; only the error file is written."""
    outcome = Outcome()
    with uploads.local(run) as path:
        table, plan = _plan(run, path, watch)
        with _errors(run, table, rehearsed=True) as errors:
            for position, people_ in _batches(table, plan, errors, outcome, after=0):
                entries = _entries(run, people_)
                _count(outcome, people_, entries)
                outcome.rows = position
                watch.merged(position)
        outcome.error_file = errors.path if errors.written else None
    return outcome


def perform(run: Import, *, watch: Watch) -> Outcome:
    """Every address of the file is suppressed afterwards. Goes on where an interrupted call stopped."""
    outcome = Outcome()
    with uploads.local(run) as path, runs.released_on_failure(run):
        table, plan = _plan(run, path, watch)
        with _errors(run, table, rehearsed=False) as errors:
            for position, people_ in _batches(table, plan, errors, outcome, after=run.position_rows):
                _merge(run, outcome, people_, position=position)
                watch.merged(position)
        outcome.error_file = errors.path if errors.written else None
        staged = Staged(invalid=outcome.invalid)
        runs.finish(run, staged, suppressed=_known(run), error_file=outcome.error_file)
    return outcome


def _plan(run: Import, path: Path, watch: Watch) -> tuple[Table, Mapping]:
    chosen = drafts.columns_of(run) if run.choices.get("columns") else []
    table, plan, row_count = planning.plan(path, chosen=chosen)
    columns = (
        column if column.role in TELLING else replace(column, role=Role.IGNORED, target="")
        for column in plan.columns
    )
    plan = replace(plan, columns=tuple(columns), attributes=())
    watch.began(table, plan, row_count=row_count)
    return table, plan


def _errors(run: Import, table: Table, *, rehearsed: bool) -> rejects.ErrorFile:
    path = runs.error_path(None if rehearsed else run, digest=table.source.digest)
    return rejects.ErrorFile(path, header=table.header)


def _batches(
    table: Table, plan: Mapping, errors: rejects.ErrorFile, outcome: Outcome, *, after: int
) -> Iterator[tuple[int, list[Person]]]:
    """(position, people) of the rows behind `after`; wrong rows of the whole file go to the error file."""
    reader = people.Reader(plan, clear=False, now=clock.now())
    found: list[Person] = []
    position = 0
    for line, cells in table.rows():
        position += 1
        try:
            person = reader.read(cells)
        except InvalidRow as error:
            outcome.invalid += 1
            errors.write(line, cells, str(error))
            continue
        if position > after:
            found.append(person)
        if len(found) >= ROWS_AT_ONCE:
            yield position, found
            found = []
    if position:
        yield position, found


def _entries(run: Import, people_: list[Person]) -> list[Entry]:
    """A suppression a person: for what the file says of them, else for what was chosen."""
    hashes = hashing.address_hashes(person.email_key for person in people_)
    source = f"import {run.pk}: {run.file_name}"[:120]
    chosen, scope, note = (run.choices.get(name, "") for name in ("reason", "scope_key", "note"))
    return [
        Entry(hashed, _reason(person.standing, chosen=chosen or "manual"), scope, source, note)
        for hashed, person in zip(hashes, people_, strict=True)
    ]


def _reason(standing: Standing, *, chosen: str) -> str:
    return standing.reason if standing >= Standing.UNSUBSCRIBED else chosen


def _count(outcome: Outcome, people_: list[Person], entries: list[Entry]) -> list[Entry]:
    """Count the batch; the entries that are not there yet."""
    known = set(
        Suppression.objects.filter(address_hash__in={entry.address_hash for entry in entries}).values_list(
            "address_hash", "reason", "scope_key"
        )
    )
    new: dict[tuple[str, str, str], Entry] = {}
    for entry, person in zip(entries, people_, strict=True):
        key = (entry.address_hash, entry.reason, entry.scope_key)
        if key in known or key in new:
            outcome.already += 1
            continue
        new[key] = entry
        outcome.new += 1
        if len(outcome.new_people) < SHOWN:
            outcome.new_people.append(person.email)
    outcome.known += Contact.objects.filter(
        address_hash__in={entry.address_hash for entry in entries}
    ).count()
    return list(new.values())


def _merge(run: Import, outcome: Outcome, people_: list[Person], *, position: int) -> None:
    batch = Outcome()
    with transaction.atomic():
        runs.hold(run)
        suppression.suppress_many(_count(batch, people_, _entries(run, people_)))
        run.choices = {**run.choices, "known_count": run.choices.get("known_count", 0) + batch.known}
        run.save(update_fields=["choices"])
        runs.advance(run, Counts(created=batch.new, unchanged=batch.already), position=position)
    outcome.new += batch.new
    outcome.already += batch.already


def _known(run: Import) -> int:
    return int(run.choices.get("known_count", 0))

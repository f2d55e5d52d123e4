"""Decides what becomes of each column of a file, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from contacts.importing import mapping, survey
from contacts.importing.keys import KnownField
from contacts.importing.mapping import Column, Mapping, Role
from contacts.importing.reading import table as tables
from contacts.importing.reading.table import Table
from contacts.importing.statuses import Standing
from contacts.models import CustomField, FieldType
from contacts.services import fields


def propose(path: Path) -> tuple[Table, Mapping, int]:
    """The table, what MailHub takes its columns for, and how many rows it has.

    Reads the file through: what is wrong with it as a whole is found here (UnreadableFile). The column of
    addresses may still be unknown.
    """
    table = tables.open_table(path)
    draft = mapping.propose(table.header, file_name=path.name)
    found = survey.take(table, draft)
    draft = mapping.settle(draft, found=found.standings)
    draft = mapping.with_email(draft, index=found.address_column, file_name=path.name, needed=False)
    known = [KnownField(field.key, field.label, FieldType(field.type)) for field in CustomField.objects.all()]
    plan = mapping.complete(draft, kinds=found.kinds, attributes=found.attributes, known=known)
    return table, plan, found.row_count


def plan(path: Path, *, chosen: Sequence[Column] = (), subscribes: bool = True) -> tuple[Table, Mapping, int]:
    """As `propose`, with the columns that somebody chose; the addresses must be known now.

    Without `subscribes` nobody of the file gets a subscription by it. Raises UnreadableFile.
    """
    table, found, row_count = propose(path)
    if chosen:
        found = mapping.choose(found, chosen)
    mapping.require_email(found, file_name=path.name)
    if not subscribes:
        found = replace(found, standing=max(found.standing, Standing.NEVER))
    return table, found, row_count


def add_fields(found: Mapping) -> None:
    """The custom fields of the plan exist; those that are there already stay as they are."""
    wanted = {
        column.target: (column.label or column.header, column.kind) for column in found.having(Role.CUSTOM)
    }
    wanted |= {attribute.target: (attribute.name, attribute.kind) for attribute in found.attributes}
    CustomField.objects.bulk_create(
        [
            CustomField(key=fields.check_key(key), label=label[:120], type=kind)
            for key, (label, kind) in wanted.items()
        ],
        ignore_conflicts=True,
    )

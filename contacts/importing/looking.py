"""Looks at an uploaded file: what it is, its columns with samples, its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.importing import keys, planning, uploads
from contacts.importing.mapping import Column, Mapping
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.reading.table import Table
from contacts.importing.statuses import Standing
from contacts.models import Import, ImportPhase

ROWS_SHOWN = 5
SAMPLES = 3
ROWS_SAMPLED = 500
LONGEST_SAMPLE = 60


def look(run: Import) -> None:
    """What was found is kept with the draft; raises UnreadableFile with what is wrong."""
    with uploads.local(run) as path:
        table, plan, row_count = planning.propose(path)
        if not row_count:
            told = _("%(file)s holds the names of columns and nobody below them.")
            raise UnreadableFile(told % {"file": run.file_name})
        run.look = describe(table, plan, row_count=row_count)
    run.file_hash, run.phase, run.owner = table.source.digest, ImportPhase.NOTHING, ""
    run.save(update_fields=["look", "file_hash", "phase", "owner"])


def describe(table: Table, plan: Mapping, *, row_count: int) -> dict[str, Any]:
    """The findings as JSON: `columns` as `drafts` keeps them, each with `samples`; `rows` are the first ones."""
    rows, samples, filled = _read(table)
    return {
        "file": table.describe(),
        "format": plan.format_.name if plan.format_ else "",
        "standing": plan.standing.name.lower() if plan.standing != Standing.SUBSCRIBED else "",
        "row_count": row_count,
        "columns": [
            {**asdict(column), "samples": samples[column.index], "filled": filled[column.index]}
            for column in plan.columns
        ],
        "sampled_count": min(row_count, ROWS_SAMPLED),
        "header": list(table.header),
        "rows": rows,
    }


def samples_of(run: Import, column: Column) -> dict[str, Any]:
    """What was seen in a column: `samples`, and in how many of the first rows something stands."""
    kept: Sequence[dict[str, Any]] = run.look.get("columns", [])
    return kept[column.index] if column.index < len(kept) else {"samples": [], "filled": 0}


def slug_of(name: str) -> str:
    """The slug of a new list of this name; a name without Latin letters gets a code that is always the same."""
    return slugify(name)[:100] or keys.slug(name).replace("field_", "list-")


def _read(table: Table) -> tuple[list[list[str]], list[list[str]], list[int]]:
    """(first rows, samples by column, filled cells by column) of the beginning of the file."""
    width = len(table.header)
    rows: list[list[str]] = []
    samples: list[list[str]] = [[] for _ in range(width)]
    filled = [0] * width
    for count, (_line, cells) in enumerate(table.rows(), 1):
        texts = [cell.strip()[:LONGEST_SAMPLE] for cell in cells[:width]]
        if count <= ROWS_SHOWN:
            rows.append(texts + [""] * (width - len(texts)))
        for index, text in enumerate(texts):
            if text:
                filled[index] += 1
                if len(samples[index]) < SAMPLES and text not in samples[index]:
                    samples[index].append(text)
        if count >= ROWS_SAMPLED:
            break
    return rows, samples, filled

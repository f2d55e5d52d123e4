"""Takes a person out of what staff's work with many people left behind: imports, exports, saved views."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from contacts.importing import runs
from contacts.models import BulkJob, BulkKind, Import, ImportChange, ImportState, SavedView
from mailhub.lib import storage
from mailhub.lib.errors import UserError

ERASED = "[erased]"
UNFINISHED = (ImportState.DRAFT, ImportState.RUNNING)
CHUNK_BYTES = 1 << 20
FILE_TAKEN = gettext_noop(
    "Somebody in this file was erased, so the file was deleted. Import it anew without them."
)


class AtWork(UserError):
    """A worker is reading a file that holds the person, and would bring them back."""


@dataclass(frozen=True, slots=True)
class Traces:
    """How a person is found: `hashes` of all addresses that they had here, `words` that name them."""

    contact_id: int
    hashes: frozenset[str]
    words: frozenset[str]
    addresses: frozenset[str]


def forget(traces: Traces) -> list[tuple[Storage, str]]:
    """No row names the person afterwards; the files that hold them, to be deleted whole after the commit.

    Raises AtWork while a worker reads one of the files.
    """
    files = [*_unfinished(traces), *_files(traces), *_beside(traces)]
    for run in Import.objects.exclude(look={}, check_result={}, choices={}):
        _clean(run, ("look", "check_result", "choices"), traces.words)
    for job in BulkJob.objects.all():
        _clean(job, ("choice", "words"), traces.words)
    for word in traces.words:
        for spelt in {word, quote(word), quote_plus(word)}:
            SavedView.objects.filter(query__icontains=spelt).update(query="")
    changes = ImportChange.objects.filter(contact_id=traces.contact_id)
    changes.update(before={}, address_hash="")
    ImportChange.objects.filter(address_hash__in=traces.hashes).update(before={}, address_hash="")
    return files


def _unfinished(traces: Traces) -> Iterator[tuple[Storage, str]]:
    """Files of imports that are not over. A draft goes whole; a run that waits for a worker ends here."""
    private = storage.private()
    waiting = Import.objects.select_for_update().filter(state__in=UNFINISHED).exclude(upload="")
    for run in waiting:
        names = [name for name in (run.upload, run.error_upload) if name]
        if not any(_holds_file(private, name, traces.addresses) for name in names):
            continue
        if runs.is_held(run):
            raise AtWork(
                _("“%(file)s” is being read right now, and this person is in it. Try again when it is done.")
                % {"file": run.file_name}
            )
        if run.state == ImportState.DRAFT:
            run.delete()
        else:
            Import.objects.filter(pk=run.pk).update(upload="", error_upload="")
            runs.fail(run, FILE_TAKEN)
        yield from ((private, name) for name in names)


def _beside(traces: Traces) -> Iterator[tuple[Storage, str]]:
    """Error files that no row names: of dry runs, and of runs that were killed."""
    folder = FileSystemStorage(location=Path(settings.MAILHUB_DATA) / runs.FOLDER)
    if folder.exists(""):
        for name in folder.listdir("")[1]:
            if name.endswith(runs.ERRORS) and _holds_file(folder, name, traces.addresses):
                yield folder, name


def _files(traces: Traces) -> Iterator[tuple[Storage, str]]:
    """Kept files with the person in them; their rows lose them here."""
    ids = set(ImportChange.objects.filter(contact_id=traces.contact_id).values_list("run_id", flat=True))
    private = storage.private()
    over = Import.objects.exclude(state__in=UNFINISHED)
    for run in over.exclude(upload="", error_upload=""):
        names = [name for name in (run.upload, run.error_upload) if name]
        # Who was unchanged or refused has no change, but stands in the file.
        if run.pk in ids or any(_holds_file(private, name, traces.addresses) for name in names):
            Import.objects.filter(pk=run.pk).update(upload="", error_upload="")
            yield from ((private, name) for name in names)
    for run in Import.objects.exclude(error_file=""):
        # Of a run by command: it lies beside the file that was imported.
        path = Path(run.error_file)
        beside = FileSystemStorage(location=path.parent)
        if _holds_file(beside, path.name, traces.addresses):
            Import.objects.filter(pk=run.pk).update(error_file="")
            yield beside, path.name
    for job in BulkJob.objects.filter(kind=BulkKind.EXPORT).exclude(file=""):
        if _holds_file(private, job.file, traces.addresses):
            BulkJob.objects.filter(pk=job.pk).update(file="")
            yield private, job.file


def _clean(row: Import | BulkJob, columns: Collection[str], words: frozenset[str]) -> None:
    before = {column: getattr(row, column) for column in columns}
    after = {column: _cleaned(value, words) for column, value in before.items()}
    if after != before:
        type(row).objects.filter(pk=row.pk).update(**after)


def _cleaned(value: Any, words: frozenset[str]) -> Any:
    """The JSON value with every text that holds one of the words replaced."""
    if isinstance(value, dict):
        return {key: _cleaned(item, words) for key, item in value.items()}
    if isinstance(value, list):
        if any(isinstance(item, str) and _holds(item, words) for item in value):
            # A row of samples: what stands beside an address is the same person's.
            return [ERASED if isinstance(item, str) else item for item in value]
        return [_cleaned(item, words) for item in value]
    return ERASED if isinstance(value, str) and _holds(value, words) else value


def _holds(text: str, words: frozenset[str]) -> bool:
    folded = text.casefold()
    return any(word.casefold() in folded for word in words)


def _holds_file(kept: Storage, name: str, addresses: frozenset[str]) -> bool:
    """Whether one of the addresses stands in the file; a workbook, which is packed, is taken to have it."""
    if not kept.exists(name):
        return False
    if name.endswith(".xlsx"):
        return True
    spellings = [
        (address.casefold(), encoding) for address in addresses for encoding in ("utf-8", "utf-16-le")
    ]
    sought = {text.encode(encoding) for text, encoding in spellings}
    tail = b""
    with kept.open(name, "rb") as file:
        for chunk in file.chunks(CHUNK_BYTES):
            window = tail + chunk.lower()
            if any(word in window for word in sought):
                return True
            # An address may lie across two chunks.
            tail = window[-1_000:]
    return False

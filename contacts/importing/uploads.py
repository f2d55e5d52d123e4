"""Keeps the files of imports where nobody else reads them, for as long as they are needed."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import IO, Any

from django.core.files import File
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from contacts.importing.reading import limits
from contacts.importing.reading.limits import UnreadableFile
from contacts.models import Import, ImportState
from mailhub.lib import clock, storage

FOLDER = "imports"
# A draft that nobody goes on with, and the file of an import that is over: so long it may be looked at again.
KEPT_FOR = timedelta(days=7)
ERRORS_KEPT_FOR = timedelta(days=30)
LONGEST_NAME = 120


class FileGone(UnreadableFile):
    """The file was deleted after its time."""


def keep(file: File[Any], *, name: str) -> str:
    """The file is in the storage under a name that nobody guesses; raises UnreadableFile when it is too big."""
    size = file.size or 0
    if size > limits.FILE_BYTES:
        raise UnreadableFile(
            _("%(name)s has %(size)s MB; at most %(most)s MB are read. Split it into several files.")
            % {"name": name, "size": f"{size / 2**20:,.0f}", "most": limits.FILE_BYTES // 2**20}
        )
    return storage.private().save(f"{FOLDER}/{secrets.token_hex(16)}/{_plain(name)}", file)


@contextmanager
def local(run: Import) -> Iterator[Path]:
    """The uploaded file as a path of this machine; raises FileGone."""
    if not run.upload or not storage.private().exists(run.upload):
        raise FileGone(_("%(file)s is not kept any more; upload it again.") % {"file": run.file_name})
    try:
        yield Path(storage.private().path(run.upload))
        return
    except NotImplementedError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePath(run.upload).name
        with storage.private().open(run.upload) as kept, path.open("wb") as copy:
            shutil.copyfileobj(kept, copy)
        yield path


def keep_errors(run: Import, path: Path | None) -> str:
    """The error file of a run is in the storage too, where every machine finds it; its name, or empty."""
    forget_errors(run)
    if path is None:
        return ""
    with path.open("rb") as file:
        return storage.private().save(f"{FOLDER}/{secrets.token_hex(16)}/errors.csv", File(file))


def open_errors(run: Import) -> IO[Any] | None:
    """The rows that did not go in whole; None when there are none, or they are not kept any more."""
    if run.error_upload and storage.private().exists(run.error_upload):
        return storage.private().open(run.error_upload)
    path = Path(run.error_file) if run.error_file else None
    return path.open("rb") if path and path.is_file() else None


def forget(run: Import) -> None:
    """The uploaded file is gone."""
    if run.upload:
        storage.private().delete(run.upload)
        Import.objects.filter(pk=run.pk).update(upload="")
        run.upload = ""


def forget_errors(run: Import) -> None:
    if run.error_upload:
        storage.private().delete(run.error_upload)
        Import.objects.filter(pk=run.pk).update(error_upload="")
        run.error_upload = ""


def forget_old(*, now: datetime | None = None) -> None:
    """Delete the files whose time is over, and drafts that nobody went on with."""
    now = now or clock.now()
    for run in Import.objects.exclude(upload="").filter(created_at__lt=now - KEPT_FOR):
        if run.state == ImportState.DRAFT:
            forget_errors(run)
            forget(run)
            run.delete()
        elif run.state in (ImportState.FINISHED, ImportState.FAILED, ImportState.UNDONE):
            forget(run)
    for run in Import.objects.exclude(error_upload="").filter(started_at__lt=now - ERRORS_KEPT_FOR):
        forget_errors(run)


def _plain(name: str) -> str:
    """The name without a path; the end of a long one, which tells the kind of the file."""
    return get_valid_filename(PurePath(name.replace("\\", "/")).name or "file")[-LONGEST_NAME:]

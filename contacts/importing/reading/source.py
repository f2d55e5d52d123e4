"""Looks at a contact file as bytes: is it there, what is it, in which encoding, what is its digest."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.importing.reading import encodings, limits
from contacts.importing.reading.limits import UnreadableFile

CHUNK_BYTES = 1024 * 1024
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# What people mistake for a table, by its first bytes.
OTHERS = {
    b"%PDF": gettext_lazy("a PDF document"),
    b"\x89PNG": gettext_lazy("a picture"),
    b"\xff\xd8\xff": gettext_lazy("a picture"),
    b"GIF8": gettext_lazy("a picture"),
    b"\x1f\x8b": gettext_lazy("a gzip archive; unpack it first"),
    b"Rar!": gettext_lazy("a RAR archive; unpack it first"),
    b"7z\xbc\xaf": gettext_lazy("a 7z archive; unpack it first"),
    b"SQLite format 3": gettext_lazy("a database"),
    b"{\\rtf": gettext_lazy("a text document; save it as CSV"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read; `encoding` is Python's name of it, empty for a workbook."""

    path: Path
    kind: Literal["csv", "xlsx"]
    digest: str
    encoding: str


def inspect(path: Path) -> Source:
    """What `path` is. Reads it whole, once or twice; raises UnreadableFile with a sentence."""
    try:
        _require_file(path)
        with path.open("rb") as file:
            start = file.read(16)
        return _inspect(path, start)
    except OSError as error:
        raise UnreadableFile(
            _("%(path)s can't be read: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error


def _inspect(path: Path, start: bytes) -> Source:
    for magic, what in OTHERS.items():
        if start.startswith(magic):
            raise UnreadableFile(
                _("%(file)s is %(what)s, not a CSV or XLSX file.") % {"file": path.name, "what": what}
            )
    if start.startswith(OLD_EXCEL):
        raise UnreadableFile(
            _("%(file)s is an old (.xls) or a password-protected Excel file; save it as plain .xlsx or CSV.")
            % {"file": path.name}
        )
    if start.startswith(ZIP):
        _require_workbook(path)
        return Source(path, "xlsx", _digest(path), "")
    return Source(path, "csv", _digest(path), encodings.detect(path))


def _require_file(path: Path) -> None:
    if not path.exists():
        raise UnreadableFile(_("There is no file %(path)s.") % {"path": path})
    if path.is_dir():
        raise UnreadableFile(_("%(path)s is a folder; name the CSV or XLSX file in it.") % {"path": path})
    if not path.is_file():
        raise UnreadableFile(_("%(path)s is not a file.") % {"path": path})
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(_("%(file)s is empty.") % {"file": path.name})
    if size > limits.FILE_BYTES:
        raise UnreadableFile(
            _("%(file)s has %(size)s MB; at most %(most)s MB are read. Split it into several files.")
            % {"file": path.name, "size": f"{size / 2**20:,.0f}", "most": limits.FILE_BYTES // 2**20}
        )


def _require_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            _("%(file)s is damaged: it begins like an .xlsx file but can't be opened.") % {"file": path.name}
        ) from error
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(
            _("%(file)s is a ZIP archive, not a table; unpack it and import the files in it.")
            % {"file": path.name}
        )
    for entry in entries:
        _require_modest(path, entry)


def _require_modest(path: Path, entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > limits.RATIO_MATTERS_BYTES and ratio > limits.COMPRESSION_RATIO:
        raise UnreadableFile(
            _(
                "%(file)s unpacks to %(ratio)s times its size; more than %(most)s:1 is refused. Save it "
                "as CSV."
            )
            % {"file": path.name, "ratio": f"{ratio:,.0f}", "most": limits.COMPRESSION_RATIO}
        )
    if entry.filename.endswith("sharedStrings.xml") and entry.file_size > limits.SHARED_TEXT_BYTES:
        raise UnreadableFile(
            _("%(file)s holds too much text for an .xlsx file; save it as CSV.") % {"file": path.name}
        )


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

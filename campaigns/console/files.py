"""Reads the files that a letter is made of."""

from __future__ import annotations

from pathlib import Path

from mailhub.lib.errors import UserError

# Far above any letter that a mail client would show, far below what would hurt the machine.
MAX_BYTES = 5_000_000


class UnreadableFile(UserError):
    """The file cannot be used as a piece of a letter; says why."""


def read(path: str) -> str:
    """The text of a UTF-8 file, without its byte order mark. Raises UnreadableFile."""
    raw = _bytes(Path(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_not_utf8(path, raw, error.start)) from error
    if "\0" in text:
        raise UnreadableFile(
            f"{path} contains NUL bytes, so it is not a text file in UTF-8. Save it as UTF-8."
        )
    if not text.strip():
        raise UnreadableFile(f"{path} is empty.")
    return text


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableFile(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise UnreadableFile(f"{path} is a folder, not a file.") from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(f"{path} is larger than {MAX_BYTES:,} bytes, which no letter should be.")
    return raw


def _not_utf8(path: str, raw: bytes, at: int) -> str:
    before = raw[:at]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return (
        f"{path} is not UTF-8: byte 0x{raw[at]:02x} in line {line}, column {column} does not belong there. "
        "Save the file as UTF-8."
    )

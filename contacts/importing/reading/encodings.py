"""Finds out in which encoding a text file is written, and that all of it really is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.importing.reading.limits import UnreadableFile

CHUNK_BYTES = 1024 * 1024
SAMPLE_BYTES = 64 * 1024
# The longer mark first: UTF-32's begins like UTF-16's.
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Asked of charset-normalizer when the bytes look like neither Western nor Chinese text.
RARER = ["big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874"]
LABELS: dict[str, str | Promise] = {
    "utf-8": "UTF-8",
    "utf-8-sig": gettext_lazy("UTF-8 with byte order mark"),
    "utf-16": gettext_lazy("UTF-16 with byte order mark"),
    "utf-16-le": gettext_lazy("UTF-16 (little endian)"),
    "utf-16-be": gettext_lazy("UTF-16 (big endian)"),
    "utf-32": "UTF-32",
    "gb18030": "GB18030 (GBK)",
    "cp1252": "Windows-1252 (Latin-1)",
}
UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|([\x80-\xff])"
)
# Level 1 of GB 2312 and its punctuation: nearly all that people write in Chinese.
HANZI = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
GBK_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
RUBBISH = re.compile(rb"[\x00-\x08\x0e-\x19\x1b\x1c-\x1f]")


def detect(path: Path) -> str:
    """Python's name of the encoding of the whole file, checked to its last byte.

    Raises UnreadableFile for what is no text, and for a byte that the encoding does not have: with its
    line, before anything was imported.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    encoding = _marked(sample) or _unmarked_utf16(sample)
    if encoding is None:
        _require_text(path, sample)
        if _first_wrong_byte(path, "utf-8") is None:
            return "utf-8"
        encoding = _guess(_high_sample(path))
    _require_decodable(path, encoding)
    return encoding


def label(encoding: str) -> str:
    """The encoding's name as people know it."""
    return str(LABELS.get(encoding, encoding))


def _marked(sample: bytes) -> str | None:
    return next((encoding for mark, encoding in MARKS.items() if sample.startswith(mark)), None)


def _unmarked_utf16(sample: bytes) -> str | None:
    """Separators, digits and addresses are ASCII: in UTF-16 every second byte of them is zero."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.2 and even < odd * 0.05:
        return "utf-16-le"
    if even > pairs * 0.2 and odd < even * 0.05:
        return "utf-16-be"
    return None


def _require_text(path: Path, sample: bytes) -> None:
    if len(RUBBISH.findall(sample)) > len(sample) * 0.005:
        raise UnreadableFile(
            _("%(file)s is not a text file: it holds binary data. Export it as CSV or XLSX.")
            % {"file": path.name}
        )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
    yield b""


def _first_wrong_byte(path: Path, encoding: str) -> tuple[int, int] | None:
    """(line, byte value) of the first byte that is not of the encoding; None when all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for chunk in _chunks(path):
        pending = decoder.getstate()[0]
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            broken = pending + chunk
            return line + _line_ends(broken[: error.start], encoding), broken[error.start]
    return None


def _line_ends(data: bytes, encoding: str) -> int:
    return data.decode(encoding, "replace").count("\n")


def _high_sample(path: Path) -> bytes:
    """Up to 64 kB of the lines that are not plain ASCII, from wherever they are in the file."""
    found = bytearray()
    with path.open("rb") as file:
        while len(found) < SAMPLE_BYTES and (line := file.readline(SAMPLE_BYTES)):
            if not line.isascii():
                found += line
    return bytes(found)


def _guess(sample: bytes) -> str:
    sequences = [match.group(1) for match in UTF8_SEQUENCE.finditer(sample)]
    strays = sum(stray is not None for stray in sequences)
    if len(sequences) - strays >= strays:
        return "utf-8"  # UTF-8 with a broken byte; the check that follows names it
    pairs = GBK_PAIR.findall(sample)
    if sum(HANZI.fullmatch(pair) is not None for pair in pairs) >= 0.6 * len(pairs):
        return "gb18030"
    runs = HIGH_RUN.findall(sample)
    if sum(map(len, runs)) < 1.6 * len(runs):
        return "cp1252"  # lone accents between plain letters
    best = from_bytes(sample, cp_isolation=RARER, enable_fallback=False).best()
    return best.encoding if best else "cp1252"


def _require_decodable(path: Path, encoding: str) -> None:
    wrong = _first_wrong_byte(path, encoding)
    if wrong:
        raise UnreadableFile(
            _(
                "%(file)s looks like %(encoding)s, but line %(line)s holds a byte (0x%(byte)s) that is "
                "not. Nothing was imported; save the file as UTF-8 and try again."
            )
            % {
                "file": path.name,
                "encoding": label(encoding),
                "line": f"{wrong[0]:,}",
                "byte": f"{wrong[1]:02X}",
            }
        )

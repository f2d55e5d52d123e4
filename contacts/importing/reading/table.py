"""A contact file as a table: a header and numbered rows, whatever it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.importing import rejects
from contacts.importing.reading import delimited, encodings, limits, separators, source
from contacts.importing.reading.limits import UnreadableFile


@dataclass(frozen=True, slots=True)
class Table:
    """`header` holds the column names as they stand in the file, without blanks around them.

    What an error file had put before formulas is not part of its cells.
    """

    source: source.Source
    separator: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line number, cells) of each row under the header that is not blank. Can be read again."""
        rows = _rows(self.source, self.separator)
        next(rows, None)
        if rejects.made(self.header):
            return ((line, [rejects.restore(cell) for cell in cells]) for line, cells in rows)
        return rows

    def describe(self) -> str:
        """What was detected, in words."""
        if self.source.kind == "xlsx":
            return _("Excel workbook, first visible sheet")
        separator = separators.NAMES.get(self.separator, repr(self.separator))
        return _("%(encoding)s, separated by %(separator)s") % {
            "encoding": encodings.label(self.source.encoding),
            "separator": separator,
        }


def open_table(path: Path) -> Table:
    """The table in `path`; raises UnreadableFile with a sentence."""
    found = source.inspect(path)
    separator = delimited.find_separator(path, encoding=found.encoding) if found.kind == "csv" else ""
    first = next(_rows(found, separator), None)
    if first is None:
        raise UnreadableFile(
            _("%(file)s is empty: it holds no row with anything in it.") % {"file": path.name}
        )
    header = tuple(name.strip().strip("\ufeff").strip() for name in first[1])
    if rejects.made(header):
        header = tuple(map(rejects.restore, header))
    if len(header) > limits.COLUMNS:
        raise UnreadableFile(
            _("%(file)s has %(count)s columns; at most %(most)s are read.")
            % {"file": path.name, "count": f"{len(header):,}", "most": limits.COLUMNS}
        )
    return Table(found, separator, header)


def _rows(found: source.Source, separator: str) -> Iterator[tuple[int, list[str]]]:
    if found.kind == "xlsx":
        # Imported here: its library would cost the start of every process a tenth of a second, and 5 MB.
        from contacts.importing.reading import workbook

        return workbook.rows(found.path)
    return delimited.rows(found.path, encoding=found.encoding, separator=separator)

"""Tells somebody who waits how far an import has come."""

from __future__ import annotations

from typing import Protocol

from contacts.importing.mapping import Mapping
from contacts.importing.reading.table import Table


class Watch(Protocol):
    """Called by the import as it goes; `position` counts the rows of the file."""

    def began(self, table: Table, mapping: Mapping, *, row_count: int) -> None: ...

    def staged(self, position: int) -> None: ...

    def resumed(self, position: int) -> None: ...

    def merged(self, position: int) -> None: ...


class Nobody:
    """Nobody waits."""

    def began(self, table: Table, mapping: Mapping, *, row_count: int) -> None:
        pass

    def staged(self, position: int) -> None:
        pass

    def resumed(self, position: int) -> None:
        pass

    def merged(self, position: int) -> None:
        pass

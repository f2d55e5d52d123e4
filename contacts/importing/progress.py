"""Writes down how far a worker has come with an import, for whoever looks; and stops it between batches."""

from __future__ import annotations

from contacts.importing.mapping import Mapping
from contacts.importing.reading.table import Table
from contacts.models import Import, ImportPhase
from mailhub.lib import clock, stopping


class Stopped(Exception):
    """The worker was asked to end; another one goes on."""


class Progress:
    """Follows one import. `merging` is what its second part is called."""

    def __init__(self, run: Import, *, merging: ImportPhase, total: int = 0) -> None:
        self._run, self._merging = run, merging
        self._phase = ImportPhase.NOTHING
        self._look = dict(run.look)
        self._total = total

    def began(self, table: Table, mapping: Mapping, *, row_count: int) -> None:
        self._total = row_count
        self._enter(ImportPhase.READING)

    def staged(self, position: int) -> None:
        self._write(position)

    def resumed(self, position: int) -> None:
        self._look["resumed_row"] = position
        Import.objects.filter(pk=self._run.pk).update(look=self._look)

    def merged(self, position: int) -> None:
        if self._phase != self._merging:
            self._enter(self._merging)
        self._write(position)

    def _enter(self, phase: ImportPhase) -> None:
        self._phase = phase
        Import.objects.filter(pk=self._run.pk).update(
            phase=phase,
            phase_done_count=0,
            phase_total_count=self._total,
            phase_started_at=clock.now(),
            heartbeat_at=clock.now(),
        )

    def _write(self, position: int) -> None:
        Import.objects.filter(pk=self._run.pk).update(phase_done_count=position, heartbeat_at=clock.now())
        if stopping.requested():
            raise Stopped

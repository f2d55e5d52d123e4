"""A sender's memory of the letters on the wire, in a file that outlives a kill −9 of the process.

A mapped file: what was written into it is in the kernel's hands at once, without a system call a letter. It
survives the death of the process, not that of the machine: what a power cut leaves is settled without it.

The writer holds a lock on its file for as long as it lives. Who gets the lock knows that the writer is
gone, whatever namespace or container it ran in.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import struct
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.lib import process

MAGIC = b"mailhub journal 1\n"
GENERATION = struct.Struct("<I")
# State, generation, verdict, code, message id, when (seconds since 1970), length of the words behind.
SLOT = struct.Struct("<BIBHQdH")
SLOT_SIZE = 512
FIRST_SLOT = 64
# Two windows' worth of slots as they usually are; more letters make the file grow.
SLOTS = 1024

WRITING, ANSWERED = 1, 2
VERDICTS = (Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED, Verdict.UNKNOWN)
WORDS_END = "\x1f"

Found = Mapping[int, Outcome | None]


class Missing(Enum):
    """Why a vanished sender's journal tells nothing."""

    NO_FILE = "no file"
    IN_USE = "in use"


class Journal:
    """One process's journal, of the window on the wire and the one before it. Used by one thread at a time.

    A message has one slot a window; its first byte is written last, so that a slot is whole or not there. The
    slots of a window lie between those of its neighbours: whichever of the two is over makes room.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: BinaryIO = path.open("w+b")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file.truncate(FIRST_SLOT + SLOTS * SLOT_SIZE)
        self._map = mmap.mmap(self._file.fileno(), 0)
        self._map[: len(MAGIC)] = MAGIC
        self._is_kept = False
        self._generation = 0
        self._places: dict[int, int] = {}
        self.begin()

    def begin(self) -> None:
        """Another window begins, and nothing before it needs to be known any more."""
        self._begin(self._generation + 2)

    def begin_beside(self) -> None:
        """Another window begins; what became of the one before it is not written down yet."""
        self._begin(self._generation + 1)

    def _begin(self, generation: int) -> None:
        self._generation = generation
        self._places.clear()
        GENERATION.pack_into(self._map, len(MAGIC), generation)

    def writing(self, message_id: int) -> None:
        """The letter's content may leave from now on."""
        if message_id not in self._places:
            place = self._place(message_id)
            self._map[place + 1 : place + SLOT.size] = SLOT.pack(
                0, self._generation, 0, 0, message_id, 0.0, 0
            )[1:]
        self._map[self._places[message_id]] = WRITING

    def answered(self, outcome: Outcome) -> None:
        """What became of the letter; one in doubt stays as it was written down."""
        if outcome.verdict is Verdict.UNKNOWN:
            return
        place = self._place(outcome.message_id)
        room = SLOT_SIZE - SLOT.size
        words = WORDS_END.join((outcome.enhanced, outcome.kind, outcome.reply)).encode(errors="replace")[
            :room
        ]
        # Until the last line the slot says what it said before: nothing, or WRITING.
        self._map[place + SLOT.size : place + SLOT.size + len(words)] = words
        self._map[place + 1 : place + SLOT.size] = SLOT.pack(
            0,
            self._generation,
            VERDICTS.index(outcome.verdict),
            outcome.code,
            outcome.message_id,
            outcome.answered_at.timestamp(),
            len(words),
        )[1:]
        self._map[place] = ANSWERED

    def found(self) -> Found:
        """What it holds of the last two windows, as `of_vanished` would read it."""
        return _read(self._map[:])

    def keep(self) -> None:
        """The sender ends without having written down what became of its letters: the file stays."""
        self._is_kept = True

    def close(self) -> None:
        """The sender ends in order: nothing is in doubt, the file goes."""
        if not self._is_kept:
            self.path.unlink(missing_ok=True)
        self._map.close()
        self._file.close()

    def _place(self, message_id: int) -> int:
        place = self._places.get(message_id)
        if place is None:
            place = FIRST_SLOT + (2 * len(self._places) + self._generation % 2) * SLOT_SIZE
            if place + SLOT_SIZE > len(self._map):
                self._map.resize(len(self._map) + SLOTS * SLOT_SIZE)
            self._places[message_id] = place
            # What the window before the last left here is no slot of this one.
            self._map[place] = 0
        return place


_own: dict[int, Journal] = {}


def own() -> Journal:
    """The journal of this process; after a fork the child begins its own."""
    pid = os.getpid()
    if pid not in _own:
        _own.clear()
        _own[pid] = Journal(path_of(process.owner()))
    return _own[pid]


def close_own() -> None:
    """This process sends no more."""
    journal = _own.pop(os.getpid(), None)
    if journal is not None:
        journal.close()


def path_of(owner: str) -> Path:
    """Where the process `owner` (lib.process) keeps its journal on its machine."""
    return _folder() / f"{re.sub(r'[^A-Za-z0-9.]+', '-', owner)}.journal"


def _folder() -> Path:
    return Path(settings.MAILHUB_DATA) / "journals"


def of_vanished(owner: str) -> Found | Missing:
    """What the last windows of a vanished sender came to: message id → its answer, None = written, unanswered.

    A letter that is not named was not begun. Missing.IN_USE while the sender lives (or is being read).
    """
    return _vanished(path_of(owner))


def _vanished(path: Path) -> Found | Missing:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return _read(file.read())
    except FileNotFoundError:
        return Missing.NO_FILE
    except BlockingIOError:
        return Missing.IN_USE


def is_abandoned(owner: str) -> bool:
    """Whether the journal of `owner` lies here and nobody writes it any more."""
    return not isinstance(of_vanished(owner), Missing)


def sweep(*, owners: Collection[str]) -> None:
    """Remove the journals of vanished senders but those of `owners`, who still hold something to settle."""
    kept = {path_of(owner) for owner in owners}
    for path in _folder().glob("*.journal"):
        if path not in kept and not isinstance(_vanished(path), Missing):
            path.unlink(missing_ok=True)


def _read(octets: bytes) -> dict[int, Outcome | None]:
    if not octets.startswith(MAGIC):
        return {}
    (generation,) = GENERATION.unpack_from(octets, len(MAGIC))
    found: dict[int, Outcome | None] = {}
    for place in range(FIRST_SLOT, len(octets) - SLOT_SIZE + 1, SLOT_SIZE):
        state, written_in, *_rest, message_id, _at, _size = SLOT.unpack_from(octets, place)
        if state in (WRITING, ANSWERED) and written_in in (generation - 1, generation):
            found[message_id] = _outcome(octets, place) if state == ANSWERED else None
    return found


def _outcome(octets: bytes, place: int) -> Outcome:
    _state, _written_in, verdict, code, message_id, at, size = SLOT.unpack_from(octets, place)
    words = octets[place + SLOT.size : place + SLOT.size + size].decode(errors="replace")
    enhanced, kind, reply = words.split(WORDS_END, 2)
    answered_at = datetime.fromtimestamp(at, UTC)
    return Outcome(message_id, VERDICTS[verdict], code, enhanced, reply, kind, answered_at)

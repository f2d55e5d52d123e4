"""Letters that go in one call: one alone, or many that fill the same template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailhub.delivery.contracts import Envelope
from mailhub.delivery.transports.anymail.providers.shape import Provider


@dataclass(frozen=True, slots=True)
class Parcel:
    """Envelopes with their places in the batch; more than one are merged."""

    letters: tuple[tuple[int, Envelope], ...]

    @property
    def is_merged(self) -> bool:
        return len(self.letters) > 1

    def halves(self) -> tuple[Parcel, Parcel]:
        middle = len(self.letters) // 2
        return Parcel(self.letters[:middle]), Parcel(self.letters[middle:])


def pack(envelopes: Sequence[Envelope], provider: Provider, settings: Mapping[str, str]) -> list[Parcel]:
    """The parcels of a batch, each of as many letters as one call takes."""
    return [Parcel((letter,)) for letter in enumerate(envelopes)]

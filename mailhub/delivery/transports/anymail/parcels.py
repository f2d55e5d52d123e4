"""Letters that go in one call: one alone, or many that fill the same template."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailhub.content.engine.merge import Outline
from mailhub.delivery.contracts import Envelope, MergeSource
from mailhub.delivery.transports.anymail import safety
from mailhub.delivery.transports.anymail.letters import value_of
from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Envelopes with their places in the batch; more than one fill `outline`, each with its values."""

    letters: tuple[tuple[int, Envelope], ...]
    outline: Outline | None = None
    values: tuple[tuple[str, ...], ...] = ()

    @property
    def is_merged(self) -> bool:
        return len(self.letters) > 1

    @property
    def envelopes(self) -> list[Envelope]:
        return [envelope for _position, envelope in self.letters]

    def halves(self) -> tuple[Parcel, Parcel]:
        middle = len(self.letters) // 2
        return self.part(0, middle), self.part(middle, len(self.letters))

    def part(self, start: int, end: int) -> Parcel:
        return Parcel(self.letters[start:end], self.outline, self.values[start:end])


def pack(envelopes: Sequence[Envelope], provider: Provider, settings: Mapping[str, str]) -> list[Parcel]:
    """The parcels of a batch, each of as many letters as one call takes.

    A letter goes alone when the provider does not merge, or might take a part of it for a mark; so does
    a second one to the same address, since a call knows its letters by that.
    """
    merge = provider.merge
    numbered = list(enumerate(envelopes))
    if merge is None or not merge.only_if(settings):
        return [Parcel((each,)) for each in numbered]
    alike: dict[Hashable, list[tuple[int, Envelope, MergeSource]]] = {}
    parcels: list[Parcel] = []
    for position, envelope in numbered:
        key, source = _key(envelope)
        if source is None:
            parcels.append(Parcel(((position, envelope),)))
        else:
            alike.setdefault(key, []).append((position, envelope, source))
    for letters in alike.values():
        parcels += _merged(letters, merge)
    return parcels


def _key(envelope: Envelope) -> tuple[Hashable, MergeSource | None]:
    """What letters of one call must share besides their template."""
    to = value_of(envelope.headers, "to")
    if envelope.merge is None or envelope.prepared is not None or to != envelope.rcpt_to:
        return None, None
    source = envelope.merge()
    same = tuple(value_of(envelope.headers, name) for name in ("from", "reply-to"))
    return (source.key, same, frozenset(name for name, _value in envelope.headers)), source


def _merged(letters: Sequence[tuple[int, Envelope, MergeSource]], merge: Merge) -> Iterator[Parcel]:
    outline = letters[0][2].outline()
    usable = safety.is_safe(outline, merge)
    together: list[tuple[int, Envelope]] = []
    values: list[tuple[str, ...]] = []
    addresses: set[str] = set()
    for position, envelope, source in letters:
        own = _values(source, outline) if usable and envelope.rcpt_to.lower() not in addresses else None
        if own is None or not safety.are_safe(own, merge):
            yield Parcel(((position, envelope),))
            continue
        addresses.add(envelope.rcpt_to.lower())
        together.append((position, envelope))
        values.append(own)
    whole = Parcel(tuple(together), outline, tuple(values))
    for start in range(0, len(together), merge.most):
        yield whole.part(start, start + merge.most)


def _values(source: MergeSource, outline: Outline) -> tuple[str, ...] | None:
    try:
        return tuple(source.values(outline))
    except Exception as error:  # the letter is rendered already; it goes alone as it is
        log.warning("A letter could not be merged and goes alone: %s", error)
        return None

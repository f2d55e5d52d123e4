"""What only several hits together give away: scanners that follow every link, of every letter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SEVERAL_LINKS, SEVERAL_LINKS_WITHIN = 2, timedelta(seconds=1)
BURST_MESSAGES, BURST_WITHIN = 10, timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One hit of a known message: `link_number` is None for an open, `network` "" where it means nothing."""

    id: str | int
    dispatch_id: int
    message_id: int
    link_number: int | None
    network: str
    occurred_at: datetime


def suspicious(sightings: Sequence[Sighting]) -> dict[str | int, str]:
    """The ids of the hits that a machine made, each with its rule.

    `several_links`: different links of one message within a second, all of them. `network_burst`: ten
    or more messages of one dispatch, opened or clicked from one network within five seconds.
    """
    bursts = crowded(
        (sighting for sighting in sightings if sighting.network),
        by=lambda sighting: (sighting.dispatch_id, sighting.network),
        counting=lambda sighting: sighting.message_id,
        least=BURST_MESSAGES,
        within=BURST_WITHIN,
    )
    followed = crowded(
        (sighting for sighting in sightings if sighting.link_number is not None),
        by=lambda sighting: (sighting.dispatch_id, sighting.message_id),
        counting=lambda sighting: sighting.link_number,
        least=SEVERAL_LINKS,
        within=SEVERAL_LINKS_WITHIN,
    )
    return dict.fromkeys(bursts, "network_burst") | dict.fromkeys(followed, "several_links")


def crowded(
    sightings: Iterable[Sighting],
    *,
    by: Callable[[Sighting], Hashable],
    counting: Callable[[Sighting], Hashable],
    least: int,
    within: timedelta,
) -> list[str | int]:
    """Ids of the sightings in any stretch of time `within` which one group shows `least` different things."""
    groups: dict[Hashable, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        groups[by(sighting)].append(sighting)
    found: list[str | int] = []
    for group in groups.values():
        group.sort(key=lambda sighting: sighting.occurred_at)
        found += _crowd(group, counting, least, within)
    return found


def _crowd(
    group: Sequence[Sighting], counting: Callable[[Sighting], Hashable], least: int, within: timedelta
) -> list[str | int]:
    """Slide a window over the hits of one group, in the order of time."""
    found: list[str | int] = []
    first = told = 0
    inside: Counter[Hashable] = Counter()
    for last, sighting in enumerate(group):
        inside[counting(sighting)] += 1
        while sighting.occurred_at - group[first].occurred_at > within:
            inside[counting(group[first])] -= 1
            if not inside[counting(group[first])]:
                del inside[counting(group[first])]
            first += 1
        if len(inside) >= least:
            found += [each.id for each in group[max(first, told) : last + 1]]
            told = last + 1
    return found

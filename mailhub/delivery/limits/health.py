"""When letters go so badly that sending must stop: the circuit breaker of rules 3.9, as pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mailhub.delivery.models.limits import BreakerKind

# So that one of ten does not trip it.
SAMPLE = 500
WARN_BOUNCES, STOP_BOUNCES = 0.05, 0.10
WARN_COMPLAINTS, STOP_COMPLAINTS = 0.001, 0.003
# So many answers in a row, none of them a yes, are a burst of errors whatever the sample.
BURST = 100
# How many letters may still leave between a crossing and the stop.
OVERRUN = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """Letters that got a final answer, how many came back or were refused, how many people complained, and
    how many of the last answers in a row were refusals that say nothing of the mailbox."""

    answered: int = 0
    bounced: int = 0
    complained: int = 0
    errors_in_a_row: int = 0

    @property
    def bounce_share(self) -> float:
        return self.bounced / self.answered if self.answered else 0.0

    @property
    def complaint_share(self) -> float:
        return self.complained / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold that was reached; `stops` or only warns."""

    kind: BreakerKind
    stops: bool
    sentence: str


def judge(counts: Counts) -> list[Crossing]:
    """Every threshold that `counts` reach, those that stop first."""
    found = [*_burst(counts)]
    if counts.answered >= SAMPLE:
        found += _share(BreakerKind.BOUNCES, counts.bounced, counts, WARN_BOUNCES, STOP_BOUNCES)
        found += _share(BreakerKind.COMPLAINTS, counts.complained, counts, WARN_COMPLAINTS, STOP_COMPLAINTS)
    return sorted(found, key=lambda crossing: not crossing.stops)


def room(counts: Counts) -> int:
    """How many letters may be out so that, whatever their answers, at most `OVERRUN` leave after a crossing.

    A threshold is reached earliest when all that are out come back, or when the next person complains.
    """
    if counts.errors_in_a_row:
        return OVERRUN
    until_sample = SAMPLE - counts.answered
    if (counts.complained + 1) / max(counts.answered, 1) >= STOP_COMPLAINTS:
        return max(until_sample, 0) + OVERRUN
    until_bounces = (STOP_BOUNCES * counts.answered - counts.bounced) / (1 - STOP_BOUNCES)
    return max(until_sample, int(until_bounces), 0) + OVERRUN


def _burst(counts: Counts) -> list[Crossing]:
    if counts.errors_in_a_row < BURST:
        return []
    sentence = _(
        "The last %(count)d letters were all refused. Look at the server's answers before you go on."
    )
    return [Crossing(BreakerKind.ERRORS, True, sentence % {"count": counts.errors_in_a_row})]


def _share(kind: BreakerKind, count: int, counts: Counts, warn: float, stop: float) -> list[Crossing]:
    share = count / counts.answered
    if share < warn:
        return []
    words = {
        BreakerKind.BOUNCES: _("%(count)d of %(answered)d letters came back or were refused (%(share)s)."),
        BreakerKind.COMPLAINTS: _("%(count)d of %(answered)d people complained about it (%(share)s)."),
    }
    sentence = words[kind] % {"count": count, "answered": counts.answered, "share": percent(share)}
    if share >= stop:
        sentence += " " + _("Sending stops at %(share)s.") % {"share": percent(stop)}
    return [Crossing(kind, share >= stop, sentence)]


def percent(share: float) -> str:
    """10 %, 0.3 %: as many places as it needs."""
    number = f"{share * 100:.2f}".rstrip("0").rstrip(".")
    return pgettext("a share", "%(number)s %%") % {"number": number}

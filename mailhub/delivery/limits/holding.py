"""Until when a letter waits for room, and what people are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.delivery.limits import counters
from mailhub.delivery.limits.counters import Answer
from mailhub.delivery.limits.rules import Rule
from mailhub.delivery.limits.windows import Kind
from mailhub.web.templatetags import ui

# Places that open letters will leave come free at no known moment: look again after this long.
SOON = timedelta(seconds=1)
# A stopped route is looked at again after this long, should nobody have rung meanwhile.
STOPPED = timedelta(minutes=5)
# The ledger's words, by what a rule's key begins with.
LIMITS = {"route": "limit_route", "warm": "limit_warm_up", "to": "limit_domain"}


@dataclass(frozen=True, slots=True)
class Held:
    """Why a letter waits. `limit` is the ledger's word for it; `words` a sentence for people.

    `whole`: everything of this route and sender waits, not only letters for one domain.
    """

    until: datetime
    limit: str
    words: str
    whole: bool = True


def stopped(sentence: str, now: datetime) -> Held:
    return Held(now + STOPPED, "route_stopped", sentence)


def away(until: datetime) -> Held:
    return Held(until, "limits_away", _("Valkey, which counts for the limits, does not answer."))


@dataclass(slots=True)
class _Line:
    """Those who wait for one rule, in their order: the next one's moment, found in constant time."""

    rule: Rule
    releases: list[tuple[datetime, int]]
    now: datetime
    cap: int
    position: int = 0
    free: int = 0
    index: int = 0

    def next(self) -> datetime:
        """When the next in line finds room, if nobody else comes: a guess that is never too early."""
        self.position += 1
        kind = self.rule.window.kind
        if kind is Kind.OPEN:
            return self.now + SOON
        if kind is Kind.DAY:
            return self._in_days()
        while self.free < self.position and self.index < len(self.releases):
            self.free += self.releases[self.index][1]
            self.index += 1
        last = self.releases[self.index - 1][0] if self.index else self.now
        if self.free >= self.position:
            return max(last, self.now)
        # The places of letters on their way come free a window after they have left.
        rounds = -(-(self.position - self.free) // self.cap)
        return max(last, self.now) + rounds * timedelta(milliseconds=self.rule.window.length_ms)

    def _in_days(self) -> datetime:
        """Midnight of the day whose cap reaches as far as this place in the line; within a week."""
        at = self.rule.next_start(self.now)
        return at + timedelta(days=min((self.position - 1) // self.cap, 6))


@dataclass(slots=True)
class Queue:
    """Letters of one window that stand in line for the rules that stop them, each for a place of its own."""

    rules: Sequence[Rule]
    common: int
    answer: Answer
    lines: dict[int, _Line] = field(default_factory=dict)
    words: dict[tuple[int, str], str] = field(default_factory=dict)

    def hold(self, by: int, group: int, domain: str) -> Held:
        """The next in line at rule `by` (or BACK_OFF) is a letter for `domain`."""
        if by == counters.BACK_OFF:
            return Held((self.answer.waits or {})[group], "back_off", self._words(by, domain), whole=False)
        if by not in self.lines:
            self.lines[by] = self._line(by)
        limit = LIMITS[self.rules[by].key.partition(":")[0]]
        return Held(self.lines[by].next(), limit, self._words(by, domain), whole=by < self.common)

    def _line(self, by: int) -> _Line:
        rule, now = self.rules[by], self.answer.now
        at = rule.next_start(now) if rule.window.kind is Kind.DAY else now
        return _Line(rule, list((self.answer.releases or {}).get(by, ())), now, max(rule.segment(at).cap, 1))

    def _words(self, by: int, domain: str) -> str:
        key = (by, "" if 0 <= by < self.common else domain)
        if key not in self.words:
            self.words[key] = (
                _("%(domain)s asked us to slow down; it is tried again then.") % {"domain": domain}
                if by == counters.BACK_OFF
                else sentence(self.rules[by], domain, self.answer.now)
            )
        return self.words[key]


def sentence(rule: Rule, domain: str, now: datetime) -> str:
    """The cap that a letter waits for, such as “The route takes 100 letters an hour.”"""
    cap = rule.segment(now).cap
    sort = rule.key.partition(":")[0]
    much = amount(rule.window.name, cap)
    if sort == "route":
        return _("The route takes %(amount)s.") % {"amount": much}
    if sort == "warm":
        return _("The sending domain is being warmed up: %(amount)s.") % {"amount": much}
    return _("%(domain)s takes %(amount)s.") % {"domain": domain, "amount": much}


def amount(window: str, cap: int) -> str:
    """A cap in words."""
    texts = {
        "second": ngettext("%(count)s letter a second", "%(count)s letters a second", cap),
        "minute": ngettext("%(count)s letter a minute", "%(count)s letters a minute", cap),
        "hour": ngettext("%(count)s letter an hour", "%(count)s letters an hour", cap),
        "day": ngettext("%(count)s letter a day", "%(count)s letters a day", cap),
        "at_once": ngettext("%(count)s letter at the same time", "%(count)s letters at the same time", cap),
    }
    return texts[window] % {"count": ui.count(cap)}

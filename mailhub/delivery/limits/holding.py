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
class Queue:
    """Letters of one window that stand in line for the rules that stop them, each for a place of its own."""

    rules: Sequence[Rule]
    common: int
    answer: Answer
    waiting: dict[int, int] = field(default_factory=dict)

    def hold(self, by: int, group: int, domain: str) -> Held:
        """The next in line at rule `by` (or BACK_OFF) is a letter for `domain`."""
        if by == counters.BACK_OFF:
            until = (self.answer.waits or {})[group]
            words = _("%(domain)s asked us to slow down; it is tried again then.") % {"domain": domain}
            return Held(until, "back_off", words, whole=False)
        rule = self.rules[by]
        position = self.waiting[by] = self.waiting.get(by, 0) + 1
        until = _place_at(rule, position, (self.answer.releases or {}).get(by, ()), self.answer.now)
        limit = {"route": "limit_route", "warm": "limit_warm_up", "to": "limit_domain"}
        sort = rule.key.partition(":")[0]
        return Held(until, limit[sort], sentence(rule, domain, self.answer.now), whole=by < self.common)


def _place_at(rule: Rule, position: int, releases: Sequence[tuple[datetime, int]], now: datetime) -> datetime:
    """When the `position`-th in line finds room, if nobody else comes: a guess that is never too early."""
    cap = max(rule.segment(now).cap, 1)
    if rule.window.kind is Kind.OPEN:
        return now + SOON
    if rule.window.kind is Kind.DAY:
        return _in_days(rule, position, now)
    free = 0
    for at, count in releases:
        free += count
        if free >= position:
            return max(at, now)
    last = max((at for at, _ in releases), default=now)
    length = timedelta(milliseconds=rule.window.length_ms)
    # The places of letters on their way come free a window after they have left.
    rounds = -(-(position - free) // cap)
    return max(last, now) + rounds * length


def _in_days(rule: Rule, position: int, now: datetime) -> datetime:
    """Midnight of the day whose cap reaches as far as `position`."""
    at = rule.next_start(now)
    cap = max(rule.segment(at).cap, 1)
    return at + timedelta(days=min((position - 1) // cap, 6))


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

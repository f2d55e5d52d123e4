"""The rules that say which routes letters take, read at most every two seconds in each process."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from mailhub.delivery.models import Brand, RouteChoice, RouteRule

# How long a change of the rules may take to reach every worker.
TTL = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: None and "" leave its brand, stream or domain open. `route_ids` in their order."""

    brand_id: int | None
    stream: str
    domain: str
    route_ids: tuple[int, ...]

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """A domain outweighs a brand and a stream together, and a brand outweighs a stream."""
        return bool(self.domain), self.brand_id is not None, bool(self.stream)

    def fits(self, brand_id: int, stream: str) -> bool:
        return self.brand_id in (None, brand_id) and self.stream in ("", stream)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, by domain, the most specific of a domain first; `brand_ids` are those of every brand."""

    by_domain: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    brand_ids: tuple[int, ...] = ()

    def match(self, brand_id: int, stream: str, domain: str) -> Rule | None:
        """The rule that counts for such a letter; None when `StoredRoute.use` decides."""
        for key in dict.fromkeys((domain, "")):
            for rule in self.by_domain.get(key, ()):
                if rule.fits(brand_id, stream):
                    return rule
        return None

    def possible(self, stream: str, brand_id: int | None = None) -> set[Rule | None]:
        """Every rule that some letter of the stream, of one brand or of any, can come under.

        None among them: some come under none.
        """
        brand_ids = (self.brand_ids or (0,)) if brand_id is None else (brand_id,)
        return {self.match(each, stream, domain) for each in brand_ids for domain in {"", *self.by_domain}}

    def streams_of(self, route_id: int) -> set[str]:
        """The streams of the rules that a route stands in; "" stands for both."""
        rules = (rule for rules in self.by_domain.values() for rule in rules)
        return {rule.stream for rule in rules if route_id in rule.route_ids}

    @property
    def route_ids(self) -> set[int]:
        """Every route that stands in a rule."""
        return {pk for rules in self.by_domain.values() for rule in rules for pk in rule.route_ids}


@dataclass(slots=True)
class _Cache:
    found: Rulebook | None = None
    until: float = 0.0


_cache = _Cache()


def current() -> Rulebook:
    """The rules as of at most TTL ago."""
    if _cache.found is None or time.monotonic() >= _cache.until:
        _cache.found, _cache.until = read(), time.monotonic() + TTL.total_seconds()
    return _cache.found


def forget() -> None:
    """Read anew at the next question: something was just changed in this process."""
    _cache.found = None


def read() -> Rulebook:
    """The rules as they are in the database now."""
    routes: dict[int, list[int]] = {}
    for rule_id, route_id in RouteChoice.objects.order_by("position").values_list("rule_id", "route_id"):
        routes.setdefault(rule_id, []).append(route_id)
    if not routes:
        return Rulebook()
    kept = RouteRule.objects.filter(pk__in=routes)
    rules = [Rule(row.brand_id, row.stream, row.domain, tuple(routes[row.pk])) for row in kept]
    return of(rules, brand_ids=Brand.objects.values_list("pk", flat=True))


def of(rules: Iterable[Rule], *, brand_ids: Iterable[int] = ()) -> Rulebook:
    by_domain: dict[str, tuple[Rule, ...]] = {}
    for rule in sorted(rules, key=lambda each: each.weight, reverse=True):
        by_domain[rule.domain] = (*by_domain.get(rule.domain, ()), rule)
    return Rulebook(by_domain, tuple(brand_ids))

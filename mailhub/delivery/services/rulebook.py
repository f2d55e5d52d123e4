"""The rules that say which routes letters take, read at most every two seconds in each process."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mailhub.delivery.models import Brand, RouteChoice, RouteRule

# How long a change of the rules may take to reach every worker.
TTL = timedelta(seconds=2)
# Stands among the routes of a rule for the server that MAILHUB_SMTP_URL names.
ENVIRONMENT = 0
# More than a name in DNS can have (RFC 1035 section 3.1).
MOST_LABELS = 128


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: None and "" leave its brand, stream or domain open. `route_ids` in their order.

    With `subdomains` the domain is meant with everything that stands below it.
    """

    brand_id: int | None
    stream: str
    domain: str
    route_ids: tuple[int, ...]
    subdomains: bool = False

    @property
    def weight(self) -> tuple[int, bool, bool]:
        """A domain outweighs a brand and a stream together, and a brand outweighs a stream.

        Of domains one by itself outweighs all that are meant with their subdomains, and of those the
        longer one the shorter.
        """
        return self._domain_weight, self.brand_id is not None, bool(self.stream)

    @property
    def _domain_weight(self) -> int:
        if not self.domain:
            return 0
        return self.domain.count(".") + 1 if self.subdomains else MOST_LABELS

    @property
    def key(self) -> str:
        """What the rule is looked up by: `example.org` for this domain, `.example.org` for subdomains too."""
        return f".{self.domain}" if self.subdomains else self.domain

    def fits(self, brand_id: int, stream: str) -> bool:
        return self.brand_id in (None, brand_id) and self.stream in ("", stream)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules by their keys, the most specific of each first; `brand_ids` are those of every brand."""

    by_key: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    brand_ids: tuple[int, ...] = ()
    # What `routing.chain` made of it: nothing is looked up twice while the rules stand.
    chains: dict[tuple[Rule | None, str], tuple[Any, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def match(self, brand_id: int, stream: str, domain: str) -> Rule | None:
        """The rule that counts for such a letter; None when `StoredRoute.use` decides."""
        if not self.by_key:
            return None
        for key in _keys(domain):
            for rule in self.by_key.get(key, ()):
                if rule.fits(brand_id, stream):
                    return rule
        return None

    def possible(self, stream: str, brand_id: int | None = None) -> set[Rule | None]:
        """Every rule that some letter of the stream, of one brand or of any, can come under.

        None among them: some come under none.
        """
        brand_ids = (self.brand_ids or (0,)) if brand_id is None else (brand_id,)
        return {self.match(each, stream, domain) for each in brand_ids for domain in self._domains()}

    def _domains(self) -> set[str]:
        """Domains that stand for all there are: those named, one below each that is meant so, and another."""
        found = {""}
        for key in self.by_key:
            found |= {key.removeprefix("."), f"*{key}"} if key.startswith(".") else {key}
        return found

    def streams_of(self, route_id: int) -> set[str]:
        """The streams of the rules that a route stands in; "" stands for both."""
        rules = (rule for rules in self.by_key.values() for rule in rules)
        return {rule.stream for rule in rules if route_id in rule.route_ids}

    @property
    def route_ids(self) -> set[int]:
        """Every route that stands in a rule; ENVIRONMENT among them when its server does."""
        return {pk for rules in self.by_key.values() for rule in rules for pk in rule.route_ids}


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
        routes.setdefault(rule_id, []).append(route_id or ENVIRONMENT)
    if not routes:
        return Rulebook()
    kept = RouteRule.objects.filter(pk__in=routes)
    rules = [
        Rule(row.brand_id, row.stream, row.domain, tuple(routes[row.pk]), row.subdomains) for row in kept
    ]
    return of(rules, brand_ids=Brand.objects.values_list("pk", flat=True))


def of(rules: Iterable[Rule], *, brand_ids: Iterable[int] = ()) -> Rulebook:
    by_key: dict[str, tuple[Rule, ...]] = {}
    for rule in sorted(rules, key=lambda each: each.weight, reverse=True):
        by_key[rule.key] = (*by_key.get(rule.key, ()), rule)
    return Rulebook(by_key, tuple(brand_ids))


def _keys(domain: str) -> Iterator[str]:
    """The keys of rules that `domain` may come under, the most specific first."""
    yield domain
    if domain:
        labels = domain.split(".")
        yield from (f".{'.'.join(labels[at:])}" for at in range(len(labels)))
        yield ""

"""Which of several routes letters take now, and what it means for the others when that one fails.

One row, one send: only letters that were certainly not tried move on to the next route, in a new window.
Whatever has an outcome, and above all an unknown one, keeps it.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace

import redis
from django.utils.translation import gettext as _

from mailhub.delivery.contracts import BatchResult
from mailhub.delivery.services import resting
from mailhub.delivery.services.resting import Rest
from mailhub.delivery.services.routing import Candidate, Route
from mailhub.lib import clock

logger = logging.getLogger(__name__)
Chain = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """The route that letters take, the others that could, and its rest when it failed lately."""

    route: Route
    chain: Chain
    rest: Rest | None = None


def pick(chain: Chain) -> Pick | None:
    """The first candidate that does not rest; None when none can be told (its password cannot be read).

    When all rest, the one whose rest ends first is tried all the same: a dispatch pauses for what was
    tried, not for what is remembered, and whoever resumes it wants it tried.
    """
    able = [each.route for each in chain if each.route is not None]
    if len(chain) < 2 or not able:
        return Pick(able[0], chain) if able else None
    rests, now = resting.of(route.name for route in able), clock.now()
    awake = [route for route in able if route.name not in rests or not rests[route.name].is_on(now)]
    route = awake[0] if awake else min(able, key=lambda each: rests[each.name].ends)
    return Pick(route, chain, rests.get(route.name))


def settle(taken: Pick, answer: BatchResult) -> BatchResult:
    """What an answer means where there are several candidates; with a single one, what it says.

    A route that failed rests. The error is gone while another candidate is left: the untried letters take
    that one. When none is, it names all of them.
    """
    if len(taken.chain) < 2:
        return answer
    if not answer.route_error:
        if answer.outcomes and taken.rest is not None:
            with contextlib.suppress(redis.RedisError):
                resting.end(taken.route.name)
        return answer
    resting.note(taken.route.name, answer.route_error, after=taken.rest)
    if _is_one_left(taken.chain):
        logger.warning("The route “%s” rests: %s", taken.route.name, answer.route_error)
        return replace(answer, route_error="")
    return replace(answer, route_error=sentence(taken.chain))


def _is_one_left(chain: Chain) -> bool:
    able = [each.name for each in chain if each.route is not None]
    rests, now = resting.of(able), clock.now()
    return any(name not in rests or not rests[name].is_on(now) for name in able)


def sentence(chain: Chain) -> str:
    """Why none of the candidates takes letters."""
    if len(chain) == 1:
        return chain[0].problem
    rests = resting.of(each.name for each in chain)
    parts = []
    for each in chain:
        reason = each.problem or (rests[each.name].reason if each.name in rests else "")
        parts.append(_("“%(route)s”: %(reason)s") % {"route": each.name, "reason": reason})
    return _("None of the routes for these letters works.") + " " + " ".join(parts)

"""Reads where a person stands from the consent records alone: the law of what each act does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contacts.models import ConsentAction, SubscriptionState


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with one list, and where they stood before the last request or withdrawal."""

    state: str = ""
    before: str = ""


def step(standing: Standing, action: str) -> Standing:
    """The standing after one more act.

    A request never takes a subscription away; a withdrawal can be taken back once, to what it ended;
    a request that nobody confirmed lapses to what was before it, and so does a subscription whose import
    is undone.
    """
    now = standing.state
    if action in (ConsentAction.GRANTED, ConsentAction.CONFIRMED):
        return Standing(SubscriptionState.SUBSCRIBED, now)
    if action == ConsentAction.WITHDRAWN:
        return (
            standing
            if now == SubscriptionState.UNSUBSCRIBED
            else Standing(SubscriptionState.UNSUBSCRIBED, now)
        )
    if action == ConsentAction.REQUESTED:
        return (
            Standing(SubscriptionState.PENDING, now)
            if now in ("", SubscriptionState.UNSUBSCRIBED)
            else standing
        )
    if action == ConsentAction.RESTORED:
        return Standing(standing.before) if now == SubscriptionState.UNSUBSCRIBED else standing
    if action == ConsentAction.UNDONE:
        return Standing(standing.before) if now == SubscriptionState.SUBSCRIBED else standing
    if action == ConsentAction.LAPSED:
        return Standing(standing.before) if now == SubscriptionState.PENDING else standing
    raise ValueError(f"Unknown act of consent: {action}.")


def replay(acts: Iterable[tuple[int, str]]) -> dict[int, Standing]:
    """The standing by list, from (list_id, action) in the order in which they were recorded."""
    standings: dict[int, Standing] = {}
    for list_id, action in acts:
        standings[list_id] = step(standings.get(list_id, Standing()), action)
    return standings

"""Where somebody stands, from what they did."""

from __future__ import annotations

import pytest

from contacts.services import history


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ("", ""),
        ("granted", "subscribed"),
        ("requested", "pending"),
        ("requested confirmed", "subscribed"),
        ("requested lapsed", ""),
        ("granted requested", "subscribed"),
        ("granted withdrawn", "unsubscribed"),
        ("granted withdrawn withdrawn restored", "subscribed"),
        ("requested withdrawn restored", "pending"),
        ("withdrawn restored", ""),
        ("withdrawn requested lapsed", "unsubscribed"),
        ("withdrawn requested confirmed withdrawn", "unsubscribed"),
        ("granted restored lapsed", "subscribed"),
        ("granted undone", ""),
        ("requested granted undone", "pending"),
        ("granted granted undone", "subscribed"),
        ("granted withdrawn undone", "unsubscribed"),
    ],
)
def test_each_act_does_its_part(acts: str, state: str) -> None:
    standings = history.replay((7, act) for act in acts.split())

    assert standings.get(7, history.Standing()).state == state


def test_lists_are_kept_apart() -> None:
    standings = history.replay([(1, "granted"), (2, "requested"), (1, "withdrawn")])

    assert {number: standing.state for number, standing in standings.items()} == {
        1: "unsubscribed",
        2: "pending",
    }


def test_an_unknown_act_is_an_error() -> None:
    with pytest.raises(ValueError, match="dance"):
        history.replay([(1, "dance")])

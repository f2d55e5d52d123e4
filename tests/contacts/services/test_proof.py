"""Proof of work in ALTCHA's protocol."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from contacts.services import proof
from mailhub.lib import clock

pytestmark = pytest.mark.django_db


def solve(task: dict[str, Any]) -> dict[str, Any]:
    number = next(
        number
        for number in range(task["maxnumber"] + 1)
        if sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]
    )
    return {
        **{name: task[name] for name in ("algorithm", "challenge", "salt", "signature")},
        "number": number,
    }


def encoded(answer: object) -> str:
    return base64.b64encode(json.dumps(answer).encode()).decode()


def test_a_riddle_has_the_members_of_the_protocol() -> None:
    assert set(proof.challenge()) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}


def test_an_answer_holds_once() -> None:
    answer = encoded(solve(proof.challenge()))

    assert [proof.holds(answer), proof.holds(answer)] == [True, False]


def test_an_answer_runs_out() -> None:
    answer = encoded(solve(proof.challenge()))

    with clock.frozen(clock.now() + proof.LIFETIME + timedelta(seconds=1)):
        assert proof.holds(answer) is False


@pytest.mark.parametrize(
    "change",
    [
        {"number": -1},
        {"number": True},
        {"number": "1"},
        {"challenge": "0" * 64},
        {"signature": "0" * 64},
        {"algorithm": "SHA-1"},
        {"salt": "é&"},
        {"salt": None},
    ],
)
def test_an_altered_answer_does_not_hold(change: dict[str, Any]) -> None:
    assert proof.holds(encoded(solve(proof.challenge()) | change)) is False


def test_digits_cannot_move_from_the_number_into_the_salt() -> None:
    answer = solve(proof.challenge())
    digits = str(answer["number"])
    moved = answer | {"salt": answer["salt"] + digits[:-1], "number": int(digits[-1])}

    assert proof.holds(encoded(moved)) is False


@pytest.mark.parametrize("text", ["", "x", "e30=", encoded([]), encoded("a"), "A" * 5_000, "\x00"])
def test_nonsense_does_not_hold(text: str) -> None:
    assert proof.holds(text) is False

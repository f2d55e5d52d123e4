"""How often threads take turns follows from how far away the servers are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from mailhub.delivery.transports.smtp import turns
from mailhub.delivery.transports.smtp.transport import SmtpTransport
from tests.delivery.transports.letters import envelopes
from tests.delivery.transports.scripted import ScriptedServer


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize(("far", "interval"), [(-1.0, turns.SHORT), (3600.0, turns.USUAL)])
def test_how_long_a_server_took_with_its_quickest_letter_decides(
    serve: Callable[..., ScriptedServer],
    transport_to: Callable[..., SmtpTransport],
    monkeypatch: pytest.MonkeyPatch,
    far: float,
    interval: float,
) -> None:
    monkeypatch.setattr(turns, "FAR", far)
    sys.setswitchinterval(0.1)
    transport_to(serve()).send(envelopes(3))
    assert sys.getswitchinterval() == pytest.approx(interval)


@pytest.mark.parametrize(
    ("quickest", "interval"),
    [([0.03, 0.02], turns.SHORT), ([0.03, 0.001], turns.USUAL), ([0.0], turns.USUAL)],
)
def test_one_server_that_answers_at_once_is_reason_enough_for_long_turns(
    quickest: list[float], interval: float
) -> None:
    sys.setswitchinterval(0.1)
    turns.adapt(quickest)
    assert sys.getswitchinterval() == pytest.approx(interval)


def test_where_nothing_was_heard_nothing_changes() -> None:
    sys.setswitchinterval(0.1)
    turns.adapt([])
    assert sys.getswitchinterval() == pytest.approx(0.1)

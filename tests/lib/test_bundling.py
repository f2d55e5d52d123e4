"""What several threads have at the same time goes in one trip."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from time import monotonic

import pytest

from mailhub.lib.bundling import Bundler


class Carrier:
    """Takes what it is given, and waits on the first trip until it may come back."""

    def __init__(self) -> None:
        self.trips: list[list[int]] = []
        self.under_way, self.may_come_back = Event(), Event()
        self._alone = Lock()

    def __call__(self, items: list[int]) -> None:
        assert self._alone.acquire(blocking=False), "two trips at a time"
        try:
            self.under_way.set()
            assert self.may_come_back.wait(5)
            self.trips.append(list(items))
            if 13 in items:
                raise ValueError("unlucky")
        finally:
            self._alone.release()


def send(bundler: Bundler[int], carrier: Carrier, first: int, *meanwhile: int) -> list[Future[None]]:
    """`first` goes alone; the others come while it is under way, and have all come when it may come back."""
    with ThreadPoolExecutor(1 + len(meanwhile)) as threads:
        sent = [threads.submit(bundler.add, first)]
        assert carrier.under_way.wait(5)
        sent += [threads.submit(bundler.add, number) for number in meanwhile]
        latest = monotonic() + 5
        while len(bundler._open.items) < len(meanwhile):
            assert monotonic() < latest
        carrier.may_come_back.set()
    return sent


def test_one_alone_goes_alone() -> None:
    carrier = Carrier()
    carrier.may_come_back.set()
    bundler = Bundler(carrier)
    bundler.add(1)
    bundler.add(2)
    assert carrier.trips == [[1], [2]]


def test_who_comes_meanwhile_goes_together() -> None:
    carrier = Carrier()
    bundler = Bundler(carrier)
    for each in send(bundler, carrier, 1, 2, 3, 4):
        each.result()
    assert carrier.trips[0] == [1] and sorted(carrier.trips[1]) == [2, 3, 4]
    assert len(carrier.trips) == 2


def test_a_failure_is_that_of_everybody_in_the_bundle_and_of_nobody_after() -> None:
    carrier = Carrier()
    bundler = Bundler(carrier)
    first, *others = send(bundler, carrier, 1, 13, 14)
    first.result()
    for each in others:
        with pytest.raises(ValueError, match="unlucky"):
            each.result()
    bundler.add(5)
    assert carrier.trips[-1] == [5]


def test_none_is_lost_among_many_threads() -> None:
    taken: list[int] = []
    bundler = Bundler(taken.extend)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(bundler.add, range(2000)))
    assert sorted(taken) == list(range(2000))

"""What several hits together give away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailhub.delivery.tracking import networks
from mailhub.delivery.tracking.patterns import Sighting, suspicious

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
OFFICE = "203.0.113.0/24"


def seen(
    id: int, *, at: float, message: int = 1, link: int | None = None, network: str = OFFICE, dispatch: int = 1
) -> Sighting:
    return Sighting(id, dispatch, message, link, network, NOON + timedelta(seconds=at))


def test_different_links_within_a_second_are_all_a_machine_s() -> None:
    clicks = [seen(1, at=0, link=1), seen(2, at=1.0, link=2), seen(3, at=5, link=3)]
    assert suspicious(clicks) == {1: "several_links", 2: "several_links"}


def test_the_same_link_twice_is_a_double_click() -> None:
    assert suspicious([seen(1, at=0, link=1), seen(2, at=0.2, link=1)]) == {}


def test_links_one_after_the_other_are_a_reader_s() -> None:
    assert suspicious([seen(1, at=0, link=1), seen(2, at=1.001, link=2)]) == {}


def test_an_open_and_a_click_within_a_second_are_a_reader_s() -> None:
    assert suspicious([seen(1, at=0), seen(2, at=0.1, link=1)]) == {}


def test_links_of_different_messages_do_not_mix() -> None:
    assert suspicious([seen(1, at=0, link=1, message=1), seen(2, at=0.1, link=2, message=2)]) == {}


def test_ten_messages_from_one_network_within_five_seconds_are_a_burst() -> None:
    hits = [seen(number, at=number * 0.5, message=number) for number in range(10)]
    assert suspicious(hits) == dict.fromkeys(range(10), "network_burst")


def test_a_burst_ends_where_its_five_seconds_end() -> None:
    hits = [seen(number, at=number * 0.5, message=number) for number in range(11)]
    later = seen(99, at=60, message=99)
    assert suspicious([later, *hits]) == dict.fromkeys(range(11), "network_burst")


@pytest.mark.parametrize(
    "hits",
    [
        [seen(number, at=number * 0.1, message=number) for number in range(9)],
        [seen(number, at=number * 0.6, message=number) for number in range(10)],
        [seen(number, at=number * 0.1, message=number % 9) for number in range(30)],
        [
            seen(number, at=number * 0.1, message=number, network=f"203.0.{number}.0/24")
            for number in range(20)
        ],
        [seen(number, at=number * 0.1, message=number, dispatch=number) for number in range(20)],
        [seen(number, at=number * 0.1, message=number, network="") for number in range(20)],
    ],
    ids=["nine", "slow", "one office reading twice", "many networks", "many dispatches", "no network"],
)
def test_these_are_no_burst(hits: list[Sighting]) -> None:
    assert suspicious(hits) == {}


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("192.168.1.1", ""),
        ("100.64.3.4", ""),
        ("::1", ""),
        ("fd00::1", ""),
    ],
)
def test_a_network_is_a_24_or_a_48_and_local_addresses_have_none(ip: str, network: str) -> None:
    assert networks.neighbourhood(ip) == network

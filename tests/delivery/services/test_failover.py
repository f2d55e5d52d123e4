"""When a route fails as a whole its untried letters take the next one; everything else stays as it is."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from mailhub.delivery.models import Brand, Dispatch, Message, StoredRoute
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import ledger, resting, route_rules, routes, rulebook, sending
from mailhub.delivery.services.route_rules import RuleDraft
from mailhub.delivery.transports import registry
from mailhub.lib import clock
from mailhub.lib.environment import SmtpServer as Server
from tests import factories
from tests.delivery.limits import makers
from tests.delivery.transports.scripted import DROP, Arrival, ScriptedServer
from tests.postoffice import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connections_end_with_the_test() -> Iterator[None]:
    yield
    registry.close_all()


def route_to(port: int, name: str, *, use: str = "") -> StoredRoute:
    return routes.add(routes.Draft(name=name, host="127.0.0.1", port=port, tls="none", use=use))


def rule_of(
    *chain: StoredRoute | None,
    stream: str = "",
    domain: str = "",
    brand: Brand | None = None,
    subdomains: bool = False,
) -> None:
    route_rules.add(RuleDraft(brand, stream, domain, chain, subdomains))
    rulebook.forget()


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else gets meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


def send_everything() -> None:
    while sending.deliver_bulk():
        pass


def standing(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


@pytest.mark.parametrize("lane", ["bulk", "express"])
@pytest.mark.parametrize("stream", ["marketing", "transactional"])
def test_all_letters_arrive_once_by_the_second_route_when_the_first_is_dead(
    smtp_server: SmtpServer, dead_port: int, lane: str, stream: str
) -> None:
    rule_of(route_to(dead_port, "First"), route_to(smtp_server.port, "Second"))
    addresses = factories.addresses_of(250)
    dispatch = factories.make_sending_dispatch(addresses, lane=lane, stream=stream)
    send_everything() if lane == "bulk" else sending.deliver_due(lane)
    assert Counter(letter.recipient for letter in smtp_server.letters) == Counter(addresses)
    assert standing(dispatch).state == "finished"
    assert (balance(dispatch.pk).sent, set(attempts(dispatch))) == (250, {1})


@pytest.mark.parametrize("is_first", [True, False])
def test_the_server_of_the_environment_fails_and_steps_in_like_any_route(
    smtp_server: SmtpServer, dead_port: int, settings: Any, is_first: bool
) -> None:
    ours, other = (dead_port, smtp_server.port) if is_first else (smtp_server.port, dead_port)
    settings.MAILHUB_SMTP = Server("127.0.0.1", ours, "", "", "none")
    stored = route_to(other, "Stored")
    rule_of(*([None, stored] if is_first else [stored, None]), domain="example.org", subdomains=True)
    addresses = [*factories.addresses_of(60), "ann@mail.example.org"]
    dispatch = factories.make_sending_dispatch(addresses)
    send_everything()
    assert Counter(letter.recipient for letter in smtp_server.letters) == Counter(addresses)
    assert (standing(dispatch).state, set(attempts(dispatch))) == ("finished", {1})
    assert set(resting.of([f"127.0.0.1:{ours}", "Stored"])) == {f"127.0.0.1:{ours}" if is_first else "Stored"}


def test_a_campaign_whose_rule_names_a_server_that_is_gone_pauses_and_says_so(settings: Any) -> None:
    settings.MAILHUB_SMTP = Server("127.0.0.1", 1, "", "", "none")
    rule_of(None)
    settings.MAILHUB_SMTP = None
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    paused = standing(dispatch)
    assert (paused.state, balance(dispatch.pk).queued) == ("paused", 1)
    assert "MAILHUB_SMTP_URL, which is not set any more" in paused.pause_reason


def attempts(dispatch: Dispatch) -> list[int]:
    return list(Message.objects.filter(dispatch=dispatch).values_list("attempts", flat=True))


@pytest.fixture
def dying() -> Iterator[ScriptedServer]:
    """Takes twenty letters; then new connections are refused, and it leaves without an answer to a letter."""
    server = ScriptedServer(script={"CONTENT": ["250 2.0.0 Taken"] * 20 + [DROP] * 50})

    def close_after_twenty(_arrival: Arrival) -> None:
        if len(server.arrivals) == 20:
            server.stop_listening()

    server.on_arrival = close_after_twenty
    server.start()
    yield server
    server.stop()


def test_a_route_that_dies_in_mid_window_sends_nothing_twice_and_leaves_doubt_in_doubt(
    dying: ScriptedServer, smtp_server: SmtpServer
) -> None:
    rule_of(route_to(dying.port, "Dying"), route_to(smtp_server.port, "Second"))
    addresses = factories.addresses_of(120)
    dispatch = factories.make_sending_dispatch(addresses)
    send_everything()
    by_first = Counter(address_of(arrival) for arrival in dying.arrivals)
    by_second = Counter(letter.recipient for letter in smtp_server.letters)
    rows = dict(Message.objects.filter(dispatch=dispatch).values_list("address", "state"))
    arrived = by_first + by_second
    assert set(arrived.values()) == {1}
    assert by_second, "the second route took the letters that the first had not tried"
    sent = {address for address, state in rows.items() if state == "sent"}
    assert sent <= set(arrived)
    # What was on the wire when the server went is in doubt, whether it arrived or not.
    rest = {rows[address] for address in set(addresses) - sent}
    assert "uncertain" in rest
    assert rest <= {"uncertain", "deferred"}
    assert balance(dispatch.pk).adds_up


def address_of(arrival: Arrival) -> str:
    return arrival.rcpt.partition("<")[2].partition(">")[0]


def test_a_letter_in_doubt_is_not_handed_to_the_other_route(
    serve_once: Callable[..., ScriptedServer], smtp_server: SmtpServer
) -> None:
    first = serve_once(script={"CONTENT": [DROP] * 9})
    rule_of(route_to(first.port, "First"), route_to(smtp_server.port, "Second"))
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    with clock.frozen(clock.now() + timedelta(hours=2)):
        send_everything()
        sending.deliver_due("bulk")
    assert Message.objects.get(dispatch=dispatch).state == "uncertain"
    assert smtp_server.letters == []


@pytest.fixture
def serve_once() -> Iterator[Callable[..., ScriptedServer]]:
    running: list[ScriptedServer] = []

    def start(**options: Any) -> ScriptedServer:
        running.append(ScriptedServer(**options))
        running[-1].start()
        return running[-1]

    yield start
    for server in running:
        server.stop()


def test_a_refused_letter_is_not_tried_by_the_other_route(
    start_smtp_server: Callable[..., SmtpServer],
) -> None:
    first, second = start_smtp_server(), start_smtp_server()
    first.replies["bo@example.org"] = "550 5.7.1 Not from you"
    rule_of(route_to(first.port, "First"), route_to(second.port, "Second"))
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    send_everything()
    assert [letter.recipient for letter in first.letters] == ["ann@example.org"]
    assert second.letters == []
    assert Message.objects.get(dispatch=dispatch, address="bo@example.org").state == "failed"


def test_a_campaign_pauses_when_no_route_is_left_and_its_reason_names_all(dead_port: int) -> None:
    rule_of(route_to(dead_port, "First"), route_to(1, "Second"))
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    send_everything()
    paused = standing(dispatch)
    assert paused.state == "paused"
    assert "“First”" in paused.pause_reason
    assert "“Second”" in paused.pause_reason
    assert balance(dispatch.pk).queued == 2


def test_a_resumed_campaign_is_tried_though_all_its_routes_rest(
    smtp_server: SmtpServer, dead_port: int
) -> None:
    first, second = route_to(dead_port, "First"), route_to(1, "Second")
    rule_of(first, second)
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    StoredRoute.objects.filter(pk=first.pk).update(port=smtp_server.port)
    rulebook.forget()
    ledger.resume(dispatch.pk)
    send_everything()
    assert standing(dispatch).state == "finished"
    assert resting.of(["First"]) == {}


def test_single_letters_wait_by_themselves_when_no_route_is_left(dead_port: int) -> None:
    rule_of(route_to(dead_port, "First"), route_to(1, "Second"))
    dispatch = factories.make_sending_dispatch(["ann@example.org"], stream="transactional", lane="express")
    sending.deliver_due("express")
    assert (standing(dispatch).state, balance(dispatch.pk).deferred) == ("sending", 1)
    assert "None of the routes" in Message.objects.get(dispatch=dispatch).reply


def test_a_rule_with_one_route_pauses_as_ever(smtp_server: SmtpServer, dead_port: int) -> None:
    route_to(smtp_server.port, "Everything", use="everything")
    rule_of(route_to(dead_port, "Only"))
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    paused = standing(dispatch)
    assert (paused.state, resting.of(["Only"])) == ("paused", {})
    assert paused.pause_reason.startswith("127.0.0.1")
    assert smtp_server.letters == []


def test_domains_and_brands_take_their_own_routes(start_smtp_server: Callable[..., SmtpServer]) -> None:
    everyone, single, shop = (start_smtp_server() for _ in range(3))
    brand = factories.make_brand(name="Shop")
    route_to(everyone.port, "Everything", use="everything")
    rule_of(route_to(single.port, "Single"), domain="gmail.example")
    rule_of(route_to(shop.port, "Shop"), brand=brand)
    other = factories.make_brand(name="Other")
    people = ["ann@gmail.example", "bo@example.org"]
    factories.make_sending_dispatch(people, brand=brand)
    factories.make_sending_dispatch(["cy@example.org", "di@gmail.example"], brand=other)
    send_everything()
    got = [sorted(letter.recipient for letter in server.letters) for server in (everyone, single, shop)]
    assert got == [["cy@example.org"], ["ann@gmail.example", "di@gmail.example"], ["bo@example.org"]]


def test_a_route_whose_password_cannot_be_read_is_passed_over(smtp_server: SmtpServer) -> None:
    locked = routes.add(routes.Draft(name="Locked", host="h.example", username="ann", password="x", use=""))
    StoredRoute.objects.filter(pk=locked.pk).update(password="of-a-lost-key")
    rule_of(locked, route_to(smtp_server.port, "Second"))
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    assert standing(dispatch).state == "finished"


def test_a_first_choice_takes_letters_again_after_its_rest(
    start_smtp_server: Callable[..., SmtpServer],
) -> None:
    first, second = start_smtp_server(), start_smtp_server()
    rule_of(route_to(first.port, "First"), route_to(second.port, "Second"))
    resting.note("First", "It was away.", after=None)
    factories.make_sending_dispatch(["ann@example.org"])
    send_everything()
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        factories.make_sending_dispatch(["bo@example.org"])
        send_everything()
    assert [letter.recipient for letter in second.letters] == ["ann@example.org"]
    assert [letter.recipient for letter in first.letters] == ["bo@example.org"]


def test_the_rest_of_a_route_that_keeps_failing_grows_to_five_minutes() -> None:
    lengths, now = [], clock.now()
    for _ in range(5):
        with clock.frozen(now):
            resting.note("First", "Away.", after=None)
            rest = resting.of(["First"])["First"]
        lengths.append(round((rest.until - now).total_seconds()))
        now = rest.until + timedelta(seconds=1)
    assert lengths == [60, 120, 240, 300, 300]


def test_failures_of_several_workers_at_once_count_as_one() -> None:
    resting.note("First", "Away.", after=None)
    resting.note("First", "Away.", after=None)
    assert resting.of(["First"])["First"].step == 1


def test_without_valkey_a_process_still_fails_over(
    smtp_server: SmtpServer, dead_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that is away; Valkey itself has to stay for the other tests.
    away = redis.Redis(port=1, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 1))
    monkeypatch.setattr(resting.valkey, "client", lambda: away)
    rule_of(route_to(dead_port, "First"), route_to(smtp_server.port, "Second"))
    dispatch = factories.make_sending_dispatch(factories.addresses_of(60))
    send_everything()
    assert (len(smtp_server.letters), standing(dispatch).state) == (60, "finished")


@pytest.mark.parametrize("lane", ["bulk", "express"])
def test_a_window_for_several_routes_loses_and_doubles_nothing_when_one_of_them_fails(
    start_smtp_server: Callable[..., SmtpServer], dead_port: int, lane: str
) -> None:
    usual, second = start_smtp_server(), start_smtp_server()
    route_to(usual.port, "Usual", use="everything")
    rule_of(route_to(dead_port, "First"), route_to(second.port, "Second"), domain="gmail.example")
    plain = factories.addresses_of(90)
    others = [address.replace("example.org", "gmail.example") for address in plain]
    mixed = [address for pair in zip(plain, others, strict=True) for address in pair]
    dispatch = factories.make_sending_dispatch(mixed, lane=lane)
    send_everything() if lane == "bulk" else sending.deliver_due(lane)
    assert Counter(letter.recipient for letter in usual.letters) == Counter(plain)
    assert Counter(letter.recipient for letter in second.letters) == Counter(others)
    assert (standing(dispatch).state, set(attempts(dispatch))) == ("finished", {1})


def test_what_is_over_a_warm_up_does_not_take_a_route_that_rules_keep_for_the_other_stream(
    start_smtp_server: Callable[..., SmtpServer],
) -> None:
    usual, single = start_smtp_server(), start_smtp_server()
    carrier, express = route_to(usual.port, "Usual", use="everything"), route_to(single.port, "Express")
    rule_of(express, stream="transactional")
    caps = {"plan": "custom", "custom_caps": [1], "overflow": "route", "overflow_route": express}
    makers.warm(route=carrier, **caps)
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    send_everything()
    assert (len(usual.letters), single.letters) == (1, [])
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).open) == (1, 1)

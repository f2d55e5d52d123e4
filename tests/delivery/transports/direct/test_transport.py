"""Letters straight to their domains' servers: which server, what DNS says, and who must not wait for whom."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import pytest
import trustme

from mailhub.delivery.contracts import Envelope, Outcome, Verdict
from mailhub.delivery.transports.direct.transport import DirectTransport
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.lib import clock
from tests.delivery.nameserver import NameServer
from tests.delivery.transports.letters import envelope
from tests.delivery.transports.scripted import DROP, SILENCE, ScriptedServer

Serve = Callable[..., ScriptedServer]
Connect = Callable[..., DirectTransport]


def to(domain: str, number: int = 1) -> Envelope:
    return envelope(number, to=f"bo{number}@{domain}")


def send_one(transport: DirectTransport, letter: Envelope) -> Outcome:
    result = transport.send([letter])
    assert result.route_error == ""
    (outcome,) = result.outcomes
    return outcome


def point(name_server: NameServer, domain: str, *exchanges: str) -> None:
    """`exchanges` like "10 mx.a.test"; each host is on this machine."""
    name_server.publish("MX", domain, *exchanges)
    for exchange in exchanges:
        name_server.publish("A", exchange.split()[1], "127.0.0.1")


def test_a_letter_goes_to_its_domains_mail_server(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    point(name_server, "a.test", "10 mx.a.test")
    outcome = send_one(direct_to(server), to("a.test"))
    assert (outcome.verdict, outcome.arrived) == (Verdict.ACCEPTED, True)
    assert server.arrivals[0].rcpt == "RCPT TO:<bo1@a.test>"


def test_without_an_mx_record_the_domains_own_address_counts(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    name_server.publish("A", "a.test", "127.0.0.1")
    assert send_one(direct_to(serve()), to("a.test")).verdict is Verdict.ACCEPTED


def test_the_next_server_is_tried_when_the_preferred_one_does_not_answer(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    name_server.publish("MX", "a.test", "20 mx2.a.test", "10 mx1.a.test", "5 nowhere.a.test")
    name_server.publish("A", "mx1.a.test", "127.0.0.77")  # nobody listens there
    name_server.publish("A", "mx2.a.test", "127.0.0.1")
    assert send_one(direct_to(server), to("a.test")).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("greeting", ["554 5.7.1 Go away", "421 4.3.2 Busy", DROP])
def test_the_next_address_is_tried_when_a_server_does_not_want_to_talk(
    name_server: NameServer, serve: Serve, direct_to: Connect, greeting: str
) -> None:
    server = serve(script={"CONNECT": [greeting]})
    point(name_server, "a.test", "10 mx1.a.test", "20 mx2.a.test")
    assert send_one(direct_to(server), to("a.test")).verdict is Verdict.ACCEPTED
    assert server.connection_count == 2


def test_a_null_mx_refuses_for_good(name_server: NameServer, serve: Serve, direct_to: Connect) -> None:
    name_server.publish("MX", "a.test", "0 ")
    outcome = send_one(direct_to(serve()), to("a.test"))
    assert (outcome.verdict, outcome.enhanced, outcome.kind) == (Verdict.REFUSED, "5.1.10", "mailbox_gone")


def test_a_domain_that_does_not_exist_refuses_for_good(name_server: NameServer, direct_to: Connect) -> None:
    outcome = send_one(direct_to(25), to("nowhere.test"))
    assert (outcome.verdict, outcome.enhanced, outcome.kind) == (Verdict.REFUSED, "5.1.2", "mailbox_gone")


def test_a_domain_without_mail_or_address_is_refused_and_not_its_contacts_fault(
    name_server: NameServer, direct_to: Connect
) -> None:
    name_server.publish("TXT", "a.test", "hello")
    outcome = send_one(direct_to(25), to("a.test"))
    assert (outcome.verdict, outcome.enhanced, outcome.kind) == (Verdict.REFUSED, "5.4.4", "unreachable")


def test_dns_that_fails_puts_off(name_server: NameServer, direct_to: Connect) -> None:
    name_server.failing.add("a.test")
    outcome = send_one(direct_to(25), to("a.test"))
    assert (outcome.verdict, outcome.enhanced, outcome.kind) == (Verdict.DEFERRED, "4.4.3", "unreachable")


def test_a_dead_domain_puts_off_its_letters_only_and_rests(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    point(name_server, "alive.test", "10 mx.alive.test")
    name_server.publish("MX", "dead.test", "10 mx.dead.test")
    name_server.publish("A", "mx.dead.test", "127.0.0.77")
    transport = direct_to(server)
    letters = [to("dead.test", 1), to("alive.test", 2), to("dead.test", 3), to("alive.test", 4)]
    result = transport.send(letters)
    assert [outcome.message_id for outcome in result.outcomes] == [1, 2, 3, 4]
    assert [str(outcome.verdict) for outcome in result.outcomes] == ["deferred", "accepted"] * 2
    assert (result.outcomes[0].kind, result.outcomes[0].enhanced) == ("unreachable", "4.4.1")
    assert "refused the connection" in result.outcomes[0].reply
    assert result.route_error == ""
    # It answers again, and is left alone for a while all the same.
    name_server.publish("A", "mx.dead.test", "127.0.0.1")
    rested = send_one(transport, to("dead.test", 5))
    assert rested.verdict is Verdict.DEFERRED
    assert rested.again_at is not None and rested.again_at > clock.now(), "not before the rest is over"


def test_a_server_that_asks_to_slow_down_gets_no_more_of_the_batch(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve(script={"RCPT": ["250 Ok", "421 4.7.0 Too much from you"]})
    point(name_server, "a.test", "10 mx.a.test")
    outcomes = direct_to(server, connections=1).send([to("a.test", n) for n in range(1, 7)]).outcomes
    assert [str(outcome.verdict) for outcome in outcomes] == ["accepted"] + ["deferred"] * 5
    assert {outcome.kind for outcome in outcomes[1:]} == {"throttled"}
    assert server.connection_count == 1


def test_domains_with_the_same_servers_share_a_connection(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    for domain in ("a.test", "b.test"):
        name_server.publish("MX", domain, "10 mx.provider.test")
    name_server.publish("A", "mx.provider.test", "127.0.0.1")
    transport = direct_to(server, connections=1)
    transport.send([to("a.test", 1), to("b.test", 2)])
    assert [arrival.connection for arrival in server.arrivals] == [1, 1]


def test_tls_is_taken_where_it_is_offered_whoever_the_certificate_is_for(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("somebody.else.test").configure_cert(context)
    server = serve(tls=context)
    point(name_server, "a.test", "10 mx.a.test")
    assert send_one(direct_to(server), to("a.test")).verdict is Verdict.ACCEPTED
    assert server.verbs()[:3] == ["EHLO", "STARTTLS", "EHLO"]


def test_a_server_whose_tls_does_not_work_gets_its_letter_without(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve(features=["STARTTLS"], script={"STARTTLS": ["454 4.7.0 Not now"]})
    point(name_server, "a.test", "10 mx.a.test")
    assert send_one(direct_to(server), to("a.test")).verdict is Verdict.ACCEPTED


def test_a_server_of_the_own_network_gets_nothing(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    """Whoever signs up chooses the domain, and with it what its DNS says."""
    from mailhub.delivery.transports.direct import resolving

    server = serve()
    point(name_server, "evil.test", "10 mx.evil.test")
    transport = direct_to(server, is_allowed=resolving.is_public)
    for letter in (to("evil.test", 1), to("[127.0.0.1]", 2), to("[IPv6:::1]", 3)):
        assert send_one(transport, letter).verdict is Verdict.DEFERRED
    assert server.connection_count == 0


def test_an_address_in_place_of_a_domain_is_gone_to(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve()
    letter = to("[127.0.0.1]")
    letter.build = lambda _: b"From: ann@example.org\r\n\r\nHello\r\n"
    assert send_one(direct_to(server), letter).verdict is Verdict.ACCEPTED
    assert server.arrivals[0].rcpt == "RCPT TO:<bo1@[127.0.0.1]>"
    refused = send_one(direct_to(server), to("[300.1.2.3]"))
    assert (refused.verdict, refused.enhanced) == (Verdict.REFUSED, "5.1.3")


def test_a_silent_server_costs_its_domain_a_deferral(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    server = serve(script={"CONNECT": [SILENCE]})
    point(name_server, "a.test", "10 mx.a.test")
    outcome = send_one(direct_to(server, timeouts=Timeouts(greeting=0.5)), to("a.test"))
    assert (outcome.verdict, outcome.kind) == (Verdict.DEFERRED, "unreachable")
    assert "did not answer in time" in outcome.reply


def test_a_stopping_worker_leaves_its_letters_out(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    point(name_server, "a.test", "10 mx.a.test")
    assert direct_to(serve(), stop=lambda: True).send([to("a.test")]).outcomes == []


def test_a_name_of_beyond_ascii_is_looked_up_as_dns_knows_it(
    name_server: NameServer, serve: Serve, direct_to: Connect
) -> None:
    point(name_server, "xn--bcher-kva.test", "10 mx.b.test")
    assert send_one(direct_to(serve()), to("bücher.test")).verdict is Verdict.ACCEPTED


def test_an_answer_is_not_asked_for_twice(name_server: NameServer, serve: Serve, direct_to: Connect) -> None:
    server = serve()
    point(name_server, "a.test", "10 mx.a.test")
    transport = direct_to(server)
    send_one(transport, to("a.test", 1))
    name_server.zone.clear()
    transport.close()
    assert send_one(transport, to("a.test", 2)).verdict is Verdict.ACCEPTED


def test_a_closed_port_is_told_in_one_sentence(name_server: NameServer, direct_to: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    point(name_server, "a.test", "10 mx.a.test")
    assert send_one(direct_to(port), to("a.test")).reply == f"mx.a.test:{port} refused the connection."

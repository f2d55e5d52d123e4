"""Routes set on the screen: what they may be, which letters take them, and what a test of them says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailhub.delivery.contracts import Envelope
from mailhub.delivery.models import CapturedLetter, StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.selectors import ways
from mailhub.delivery.services import brands, conversations, routes, routing, rulebook, sending, trial_letter
from mailhub.delivery.services.routes import Draft, RouteRefused
from mailhub.lib.environment import SmtpServer
from tests import factories
from tests.delivery.nameserver import NameServer
from tests.postoffice import SmtpServer as RunningServer

pytestmark = pytest.mark.django_db

PROVIDER = Draft(name="Provider", host="smtp.example.com", username="ann", password="secret")


def test_without_any_route_letters_are_captured() -> None:
    assert routing.default() == routing.Route("capture", "capture")
    assert routing.captured_streams() == list(Stream.values)


def test_a_stored_route_wins_over_the_environment(settings: Any) -> None:
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    assert routing.for_stream("marketing").name == "mail.example.org:25"
    routes.add(PROVIDER)
    found = routing.for_stream("marketing")
    assert found.smtp == SmtpServer(
        "smtp.example.com", 587, "ann", "secret", "starttls", "the route “Provider”"
    )
    sentence = ways.environment_sentence()
    assert (
        sentence
        == "MAILHUB_SMTP_URL names mail.example.org; it is not used because the route Provider is set."
    )


def test_a_route_of_one_stream_leaves_the_other_alone() -> None:
    routes.add(Draft(name="Express", host="one.example.com", tls="none", port=25, use="transactional"))
    assert routing.for_stream("transactional").name == "Express"
    assert routing.captured_streams() == ["marketing"]


def test_a_new_route_takes_the_letters_over_and_the_old_one_rests() -> None:
    first = routes.add(PROVIDER)
    second = routes.add(Draft(name="Second", host="two.example.com"))
    first.refresh_from_db()
    assert (first.use, second.use) == ("", "everything")
    routes.change(first, PROVIDER)
    assert routing.for_stream("marketing").name == "Provider"


def test_a_password_is_kept_encrypted() -> None:
    route = routes.add(PROVIDER)
    assert "secret" not in StoredRoute.objects.get(pk=route.pk).password


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"host": "mail.example.org\r\nQUIT"}, "host"),
        ({"host": "mail.example.org:25"}, "host"),
        ({"host": "http://example.org"}, "host"),
        ({"port": 70000}, "port"),
        ({"username": "ann\r\n"}, "username"),
        ({"password": "a\nb"}, "password"),
        ({"password": None}, "password"),
        ({"tls": "none"}, "tls"),
    ],
)
def test_what_a_route_cannot_be_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    values = {"name": "P", "host": "h.example.com", "username": "ann", "password": "x", **changes}
    with pytest.raises(RouteRefused) as caught:
        routes.add(Draft(**values))
    assert caught.value.field == field
    assert not StoredRoute.objects.exists()


def test_hosts_of_the_own_network_are_allowed() -> None:
    for host in ("10.0.0.5", "::1", "localhost", "postfix"):
        assert routes.add(Draft(name=f"To {host}", host=host, tls="none")).host == host


def test_a_kept_password_does_not_go_to_another_server() -> None:
    route = routes.add(PROVIDER)
    with pytest.raises(RouteRefused, match="Type the password again"):
        routes.change(route, Draft(name="Provider", host="evil.example.com", username="ann"))
    kept = routes.change(route, Draft(name="Renamed", host="smtp.example.com", username="ann"))
    assert routing.of(kept).smtp == SmtpServer(
        "smtp.example.com", 587, "ann", "secret", "starttls", "the route “Renamed”"
    )


def test_letters_leave_by_the_stored_route_and_the_dispatch_knows(smtp_server: RunningServer) -> None:
    factories.make_brand()
    kept = factories.make_sending_dispatch(["ann@example.org"])
    while sending.deliver_bulk():
        pass
    routes.add(Draft(name="Provider", host="127.0.0.1", port=smtp_server.port, tls="none"))
    rulebook.forget()
    left = factories.make_sending_dispatch(["bo@example.org"])
    while sending.deliver_bulk():
        pass
    assert [letter.recipient for letter in smtp_server.letters] == ["bo@example.org"]
    assert [letter.rcpt_to for letter in CapturedLetter.objects.all()] == ["ann@example.org"]
    for dispatch in (kept, left):
        dispatch.refresh_from_db()
    assert (kept.was_captured, left.was_captured) == (True, False)


def test_a_route_whose_password_cannot_be_read_pauses_with_a_sentence() -> None:
    routes.add(PROVIDER)
    StoredRoute.objects.update(password="of-a-lost-key")
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    while sending.deliver_bulk():
        pass
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert "MAILHUB_KEYS does not hold" in dispatch.pause_reason


def _envelope() -> Envelope:
    brands.update(brands.default(), sender="Ann <ann@example.org>")
    return trial_letter.make(to="boss@example.org")


def test_a_test_connects_logs_in_and_hands_a_letter_over(
    start_smtp_server: Callable[..., RunningServer],
) -> None:
    server = start_smtp_server(login=("ann", "sesame"))
    route = routes.add(
        Draft(name="P", host="127.0.0.1", port=server.port, tls="none", username="ann", password="sesame")
    )
    talk = conversations.try_out(route, letter=_envelope())
    said = "\n".join(line.text for line in talk.lines)
    assert talk.problem == ""
    assert "235 2.7.0" in said
    assert "AUTH PLAIN ••••••••" in said
    assert "AGFubgBzZXNhbWU=" not in said
    assert [letter.recipient for letter in server.letters] == ["boss@example.org"]
    assert "(the letter, " in said


def test_a_test_says_what_failed_and_where_to_change_it(
    start_smtp_server: Callable[..., RunningServer],
) -> None:
    server = start_smtp_server(login=("ann", "sesame"))
    route = routes.add(
        Draft(name="P", host="127.0.0.1", port=server.port, tls="none", username="ann", password="wrong")
    )
    talk = conversations.try_out(route)
    assert "refused the login of “ann”" in talk.problem
    assert "Check the user and password in the route “P”." in talk.problem
    assert StoredRoute.objects.get().problem == talk.problem


def test_a_closed_port_is_a_sentence() -> None:
    route = routes.add(Draft(name="P", host="127.0.0.1", port=1, tls="none"))
    assert "refused the connection" in conversations.try_out(route).problem


def test_a_direct_route_has_no_server_and_leaves_the_house() -> None:
    route = routes.add(Draft(name="Straight", transport="direct", host="", password=None))
    assert routing.for_stream("marketing") == routing.Route("Straight", "direct")
    assert routing.captured_streams() == []
    assert routing.smarthosts() == []
    assert (route.leads_out, route.host, route.password) == (True, "", "")
    assert "recipients' own servers" in ways.ways()[0].sentence


def test_a_test_of_a_direct_route_says_what_becomes_of_the_letter(name_server: NameServer) -> None:
    route = routes.add(Draft(name="Straight", transport="direct"))
    assert conversations.try_out(route).problem == ""
    name_server.publish("MX", "example.org", "0 ")
    talk = conversations.try_out(route, letter=_envelope())
    assert "example.org takes no mail (null MX)." in talk.problem


def test_what_removing_a_route_leads_to_is_said(settings: Any) -> None:
    route = routes.add(PROVIDER)
    assert ways.after_removing(route) == "Its letters will go to the capture mailbox: nothing of them leaves."
    settings.MAILHUB_SMTP = SmtpServer("mail.example.org", 25, "", "", "none")
    assert "mail.example.org" in ways.after_removing(route)
    routes.remove(route)
    assert routing.for_stream("marketing").name == "mail.example.org:25"

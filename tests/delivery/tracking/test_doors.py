"""The doors ahead of Django's middleware: what they answer, and what they leave to Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.core import signals
from django.db import DatabaseError, close_old_connections
from django.test import RequestFactory

from mailhub.delivery import tokens
from mailhub.delivery.models import Dispatch, Event, Message
from mailhub.delivery.tokens import Payload
from mailhub.delivery.tracking import answers, buffer, doors
from mailhub.delivery.tracking.doors import TrackingDoors
from mailhub.wsgi import application as served

CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"
MakeMessage = Callable[..., Message]


@pytest.fixture(autouse=True)
def looked_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How often the database's connections were looked after; the test's own transaction outlives it."""
    seen: list[str] = []
    monkeypatch.setattr(doors, "close_old_connections", lambda: seen.append("looked"))
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield seen
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


class Django:
    """Stands behind the doors, and remembers what came as far as this."""

    def __init__(self) -> None:
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.environs.append(environ)
        start_response("418 I'm a teapot", [])
        return [b"from Django"]


def environ_of(path: str, *, method: str = "GET", **more: str) -> dict[str, Any]:
    about = {"HTTP_USER_AGENT": CHROME, "REMOTE_ADDR": "81.2.69.142", "HTTP_HOST": "127.0.0.1", **more}
    return RequestFactory().generic(method, path, **about).environ


def knock(environ: dict[str, Any], behind: Callable[..., Any]) -> tuple[str, dict[str, str], bytes]:
    heard: list[Any] = []
    answer = TrackingDoors(behind)(environ, lambda status, headers: heard.extend([status, dict(headers)]))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return heard[0], heard[1], body


def pixel_path(message: Message) -> str:
    return f"/o/{tokens.mint('open', Payload(dispatch_id=message.dispatch_id, message_id=message.pk))}.gif"


def click_path(message: Message, *, number: int = 1) -> str:
    payload = Payload(dispatch_id=message.dispatch_id, message_id=message.pk, number=number, values=("Ann",))
    return f"/c/{tokens.mint('click', payload)}"


def recorded() -> list[Event]:
    buffer.drain(1000)
    return list(Event.objects.order_by("id"))


def test_a_pixel_is_answered_and_counted_without_django(make_message: MakeMessage) -> None:
    message, django = make_message(), Django()
    status, headers, body = knock(environ_of(pixel_path(message)), django)
    assert (status, body) == ("200 OK", answers.PIXEL)
    assert headers["Content-Type"] == "image/gif" and headers["Content-Length"] == "43"
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers and django.environs == []
    [event] = recorded()
    assert (event.type, event.message_id, event.ip, event.grade) == (
        "opened",
        message.pk,
        "81.2.69.142",
        "human",
    )


def test_a_click_leads_on_and_is_counted_without_django(make_message: MakeMessage) -> None:
    message, django = make_message(), Django()
    status, headers, body = knock(environ_of(click_path(message)), django)
    assert (status, body) == ("302 Found", b"")
    assert headers["Location"] == "https://shop.example.org/1?who=Ann&b=[2]#part"
    assert django.environs == []
    assert [(event.type, event.link_number) for event in recorded()] == [("clicked", 1)]


def test_the_address_is_the_one_that_a_trusted_proxy_tells(make_message: MakeMessage, settings: Any) -> None:
    settings.MAILHUB_TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    path = pixel_path(make_message())
    knock(environ_of(path, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="81.2.69.160"), Django())
    knock(environ_of(path, REMOTE_ADDR="81.2.69.142", HTTP_X_FORWARDED_FOR="81.2.69.161"), Django())
    assert [event.ip for event in recorded()] == ["81.2.69.160", "81.2.69.142"]


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_are_left_to_django(make_message: MakeMessage, method: str) -> None:
    django = Django()
    assert knock(environ_of(pixel_path(make_message()), method=method), django)[2] == b"from Django"
    assert len(django.environs) == 1 and recorded() == []


@pytest.mark.parametrize(
    "path", ["/", "/contacts/", "/o/", "/o/nonsense.gif", "/o/a/b.gif", "/c/", "/c/é", "/ou/"]
)
def test_what_is_no_door_or_no_token_is_left_to_django(dispatch: Dispatch, path: str) -> None:
    django = Django()
    environ = environ_of(path)
    assert knock(environ, django)[0] == "418 I'm a teapot"
    assert django.environs == [environ] and recorded() == []


def test_django_gets_the_request_as_it_came(make_message: MakeMessage, settings: Any) -> None:
    settings.MAILHUB_TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    path, django = click_path(make_message(), number=77), Django()
    knock(environ_of(path, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="81.2.69.160"), django)
    [environ] = django.environs
    assert (environ["REMOTE_ADDR"], environ["HTTP_X_FORWARDED_FOR"]) == ("10.0.0.1", "81.2.69.160")


def test_plain_http_is_left_to_django_where_https_is_wanted(make_message: MakeMessage, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    path, django = pixel_path(make_message()), Django()
    assert knock(environ_of(path), django)[0] == "418 I'm a teapot"
    assert recorded() == []
    assert knock(environ_of(path) | {"wsgi.url_scheme": "https"}, django)[0] == "200 OK"


def test_an_error_is_left_to_django(make_message: MakeMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise DatabaseError("The database is away.")

    monkeypatch.setattr(answers, "_location", fail)
    django = Django()
    assert knock(environ_of(click_path(make_message())), django)[0] == "418 I'm a teapot"


def test_connections_are_looked_after_before_and_after(
    make_message: MakeMessage, looked_after: list[str]
) -> None:
    knock(environ_of(pixel_path(make_message())), Django())
    assert len(looked_after) == 2


def test_the_served_application_has_the_doors_in_front(make_message: MakeMessage) -> None:
    assert isinstance(served, TrackingDoors)
    heard: list[Any] = []
    answer = served(environ_of("/o/nonsense.gif"), lambda status, headers: heard.append(status))
    assert heard == ["404 Not Found"]
    answer.close()  # type: ignore[attr-defined]

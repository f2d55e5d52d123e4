"""Accounts at providers: checked, encrypted, kept only for where they were typed for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anymail.backends
import pytest
from django.utils.module_loading import import_string

from mailhub.delivery.models import Message, StoredRoute
from mailhub.delivery.services import accounts, brands, conversations, routes, routing, sending, trial_letter
from mailhub.delivery.services.routes import Draft
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from mailhub.lib import clock
from mailhub.lib.errors import ValueRefused
from tests import factories
from tests.delivery.transports.anymail import provider as fake
from tests.delivery.transports.anymail.provider import Answer, Provider

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
KEY = "SG.secret-0123"


@pytest.fixture
def server() -> Iterator[Provider]:
    running = Provider(fake.sendgrid)
    yield running
    running.close()


def _draft(**changes: Any) -> Draft:
    settings = {"api_key": KEY, "api_url": "", **changes.pop("settings", {})}
    return Draft(
        **{
            "name": "Provider",
            "transport": "anymail",
            "provider": "sendgrid",
            "settings": settings,
            **changes,
        }
    )


def test_an_account_becomes_a_route_with_its_key_encrypted() -> None:
    stored = routes.add(_draft())
    row = StoredRoute.objects.get(pk=stored.pk)
    assert KEY not in f"{row.secrets}{row.settings}"
    account = routing.for_stream("marketing").account
    assert account == Account("sendgrid", (), (("api_key", KEY),), "the route “Provider”")
    assert KEY not in repr(routing.for_stream("marketing"))


def test_an_empty_secret_keeps_the_one_there_is() -> None:
    stored = routes.add(_draft())
    routes.change(stored, _draft(name="Renamed", settings={"api_key": ""}))
    assert dict(routing.of(StoredRoute.objects.get()).account.secrets) == {"api_key": KEY}  # type: ignore[union-attr]


def test_a_kept_key_goes_to_no_other_address_and_no_other_provider() -> None:
    stored = routes.add(_draft())
    with pytest.raises(ValueRefused, match="Type it again") as caught:
        routes.change(stored, _draft(settings={"api_key": "", "api_url": "https://evil.example.com"}))
    assert caught.value.field == "setting_api_key"
    with pytest.raises(ValueRefused, match="Without it"):
        routes.change(stored, _draft(provider="brevo", settings={"api_key": ""}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": "nobody"}, "transport"),
        ({"settings": {"api_key": ""}}, "setting_api_key"),
        ({"settings": {"api_key": "a\nb"}}, "setting_api_key"),
        ({"settings": {"api_url": "http://api.example.org/"}}, "setting_api_url"),
        ({"settings": {"api_url": "api.example.org"}}, "setting_api_url"),
        ({"settings": {"api_url": "https://user:x@api.example.org"}}, "setting_api_url"),
        ({"provider": "mailgun", "settings": {"region": "mars"}}, "setting_region"),
        ({"provider": "postal"}, "setting_api_url"),
    ],
)
def test_what_an_account_cannot_have_is_refused_beside_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        routes.add(_draft(**changes))
    assert caught.value.field == field
    assert not StoredRoute.objects.exists()


def test_a_mail_server_forgets_the_account() -> None:
    stored = routes.add(_draft())
    routes.change(stored, Draft(name="Server", host="smtp.example.com"))
    row = StoredRoute.objects.get()
    assert (row.provider, row.settings, row.secrets, row.transport) == ("", {}, "", "smtp")


def test_every_provider_of_anymail_is_offered_and_its_backend_is_there() -> None:
    shipped = {path.stem for path in Path(anymail.backends.__path__[0]).glob("*.py")}
    aside = {"__init__", "base", "base_requests", "console", "test", "sendinblue"}
    assert set(PROVIDERS) == shipped - aside
    assert all(import_string(each.backend).esp_name for each in PROVIDERS.values())


def test_letters_leave_by_the_provider_and_its_id_is_kept(server: Provider) -> None:
    factories.make_brand()
    routes.add(_draft(settings={"api_url": server.url}))
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    with clock.frozen(NOW):
        while sending.deliver_bulk():
            pass
    dispatch.refresh_from_db()
    ids = {
        each["personalizations"][0]["custom_args"]["anymail_id"]: each["custom_args"]["message_id"]
        for each in (request.json for request in server.requests)
    }
    rows = Message.objects.filter(dispatch_id=dispatch.pk)
    assert {row.reply: str(row.pk) for row in rows} == ids
    assert {row.state for row in rows} == {"sent"}
    assert (dispatch.was_captured, StoredRoute.objects.get().used_at) == (False, NOW)


def test_the_last_use_is_written_once_a_minute() -> None:
    routes.add(_draft())
    for seconds, expected in ((0, 0), (30, 0), (90, 90)):
        with clock.frozen(NOW + timedelta(seconds=seconds)):
            accounts.note_used("Provider")
        assert StoredRoute.objects.get().used_at == NOW + timedelta(seconds=expected)


def test_a_refused_key_pauses_with_a_sentence(server: Provider) -> None:
    factories.make_brand()
    server.tell(Answer(401, {"errors": [{"message": "authorization required"}]}))
    routes.add(_draft(settings={"api_url": server.url}))
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    while sending.deliver_bulk():
        pass
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert dispatch.pause_reason == (
        "SendGrid refused the credentials, or what they may do (401: authorization required). "
        "Check the route “Provider”."
    )


def _try(stored: StoredRoute) -> conversations.Talk:
    brands.update(brands.default(), sender="Ann <ann@example.org>")
    return conversations.try_out(stored, letter=trial_letter.make(to="boss@example.org"))


def test_a_test_hands_one_letter_over(server: Provider) -> None:
    talk = _try(routes.add(_draft(settings={"api_url": server.url})))
    assert talk.problem == ""
    assert [line.text for line in talk.lines if line.side == "us"] == [
        "One letter to boss@example.org, through SendGrid"
    ]
    assert server.requests[0].json["personalizations"][0]["to"] == [{"email": "boss@example.org"}]
    assert StoredRoute.objects.get().problem == ""


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            Answer(
                403, {"errors": [{"message": "The from address does not match a verified Sender Identity."}]}
            ),
            "verified Sender",
        ),
        (Answer(400, {"errors": [{"message": "Bad letter"}]}), "refused the letter (400: Bad letter)"),
        (Answer(429, {"errors": [{"message": "too many requests"}]}), "takes no letters just now"),
        (Answer(hangs_up="answer"), "may have taken the letter"),
    ],
)
def test_a_test_says_what_failed(server: Provider, answer: Answer, sentence: str) -> None:
    server.tell(answer)
    talk = _try(routes.add(_draft(settings={"api_url": server.url})))
    assert sentence in talk.problem
    assert StoredRoute.objects.get().problem == talk.problem
    assert KEY not in "".join(line.text for line in talk.lines) + talk.problem


def test_a_test_without_a_letter_says_that_it_needs_one() -> None:
    assert "the test has to send one" in conversations.try_out(routes.add(_draft())).problem

"""Accounts at providers through the browser's door: the fields of each, saving, trying out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from mailhub.accounts.models import User
from mailhub.delivery.models import StoredRoute
from mailhub.delivery.services import brands
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from tests.delivery.transports.anymail import provider as fake
from tests.delivery.transports.anymail.provider import Provider

pytestmark = pytest.mark.django_db

KEY = "SG.secret-0123"
ROUTE = {"name": "Provider", "use": "everything", "transport": "anymail:sendgrid", "setting_api_key": KEY}


@pytest.fixture
def server() -> Iterator[Provider]:
    running = Provider(fake.sendgrid)
    yield running
    running.close()


@pytest.mark.parametrize("key", sorted(PROVIDERS))
def test_choosing_a_provider_shows_its_fields_and_keeps_what_was_typed(
    client: Client, boss: User, key: str
) -> None:
    data = {"name": "My own", "use": "marketing", "transport": f"anymail:{key}", "reshape": "1"}
    answer = client.post("/settings/routes/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 200
    (shown,) = re.findall(r'<fieldset class="stack" data-kind="([^"]+)">', page)
    assert shown == f"anymail:{key}"
    fields = page.partition(f'data-kind="{shown}">')[2].partition("</fieldset>")[0]
    assert [
        each.name for each in PROVIDERS[key].settings if f'name="setting_{each.name}"' not in fields
    ] == []
    assert 'value="My own"' in page
    assert 'data-kind="smtp" hidden disabled>' in page
    assert not StoredRoute.objects.exists()


def test_the_fields_of_every_kind_are_on_the_page_under_ids_of_their_own(client: Client, boss: User) -> None:
    page = client.get("/settings/routes/new/").content.decode()
    assert len(re.findall("<fieldset", page)) == len(PROVIDERS) + 3
    ids = re.findall(r' id="([^"]+)"', page.partition('<form class="card form"')[2].partition("</form>")[0])
    assert len(ids) == len(set(ids)) > 60


def test_a_key_is_saved_and_never_shown_again(client: Client, boss: User) -> None:
    client.post("/settings/routes/new/", ROUTE)
    route = StoredRoute.objects.get()
    assert route.destination == "SendGrid"
    for url in ("/settings/routes/", f"/settings/routes/{route.pk}/", f"/settings/routes/{route.pk}/test/"):
        page = client.get(url).content.decode()
        assert "SendGrid" in page
        assert KEY not in page
        assert route.secrets not in page
    assert "never shown again" in client.get(f"/settings/routes/{route.pk}/").content.decode()
    client.post(f"/settings/routes/{route.pk}/", {**ROUTE, "name": "Renamed", "setting_api_key": ""})
    route.refresh_from_db()
    assert (route.name, bool(route.secrets)) == ("Renamed", True)


def test_what_is_wrong_is_said_beside_its_field(client: Client, boss: User) -> None:
    answer = client.post("/settings/routes/new/", {**ROUTE, "setting_api_url": "http://api.example.org"})
    assert answer.status_code == 422
    assert "MailHub does not send a key unencrypted" in answer.content.decode()
    answer = client.post("/settings/routes/new/", {**ROUTE, "setting_api_key": ""})
    assert (answer.status_code, StoredRoute.objects.exists()) == (422, False)


def test_a_default_is_filled_in_and_a_choice_is_kept(client: Client, boss: User) -> None:
    data = {**ROUTE, "transport": "anymail:mailgun", "setting_region": "eu"}
    client.post("/settings/routes/new/", data)
    route = StoredRoute.objects.get()
    assert route.settings == {"region": "eu"}
    page = client.get(f"/settings/routes/{route.pk}/").content.decode()
    assert '<option value="eu" selected>European Union</option>' in page


def test_trying_an_account_sends_one_letter_to_oneself(client: Client, boss: User, server: Provider) -> None:
    brands.update(brands.default(), sender="Ann <ann@example.org>")
    client.post("/settings/routes/new/", {**ROUTE, "setting_api_url": server.url})
    page = client.post(f"/settings/routes/{StoredRoute.objects.get().pk}/test/").content.decode()
    assert "The route works, and the server took the letter to boss@example.org." in page
    assert server.requests[0].json["personalizations"][0]["to"] == [{"email": "boss@example.org"}]

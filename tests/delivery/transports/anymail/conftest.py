"""Providers on this machine and transports that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from mailhub.delivery.transports.anymail.transport import AnymailTransport
from tests.delivery.transports.anymail import provider as fake
from tests.delivery.transports.anymail.provider import Provider

KEY = "key-0123456789"
Connect = Callable[..., AnymailTransport]


@pytest.fixture
def start() -> Iterator[Callable[[fake.Script], Provider]]:
    """Start a provider that answers as its contract says."""
    running: list[Provider] = []

    def begin(usual: fake.Script) -> Provider:
        running.append(Provider(usual))
        return running[-1]

    yield begin
    for each in running:
        each.close()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """A transport to `provider` at `url` with further settings; the secrets are KEY unless given."""
    made: list[AnymailTransport] = []

    def begin(
        name: str, url: str, *, options: dict[str, object] | None = None, **settings: str
    ) -> AnymailTransport:
        secret_names = PROVIDERS[name].secret_names
        secrets = {each: settings.pop(each, KEY) for each in sorted(secret_names)}
        leads = "endpoint_url" if name == "amazon_ses" else "api_url"
        account = Account(
            name,
            tuple({leads: url, **settings}.items()),
            tuple(secrets.items()),
            "the route “Provider”",
        )
        made.append(AnymailTransport(account, **(options or {})))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.fixture
def sendgrid(start: Callable[[fake.Script], Provider]) -> Provider:
    return start(fake.sendgrid)


@pytest.fixture
def mailgun(start: Callable[[fake.Script], Provider]) -> Provider:
    return start(fake.mailgun)

"""What tests of the post office can ask for: a name server, and somebody signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.models import User
from tests.delivery.nameserver import NameServer


@pytest.fixture
def name_server(settings: Any) -> Iterator[NameServer]:
    """A running name server that MailHub asks; it knows no name yet."""
    server = NameServer()
    server.start()
    settings.MAILHUB_DNS_SERVERS = [server.address]
    yield server
    server.stop()


@pytest.fixture
def boss(client: Client) -> User:
    """An administrator, signed in with `client`."""
    user = User.objects.create_superuser("boss", "boss@example.org", "correct horse battery")
    client.force_login(user)
    return user


@pytest.fixture
def viewer(client: Client) -> User:
    """Somebody who may look and sees no addresses, signed in with `client`."""
    user = User.objects.create_user("vic", "vic@example.org", "correct horse battery")
    user.role, user.sees_addresses = "viewer", False
    user.save()
    client.force_login(user)
    return user

"""What every test can ask for: an empty Valkey, a real SMTP server, a certificate authority."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
import redis
import trustme
from django.conf import settings
from django.contrib import admin
from django.db import connection

from mailhub.web import hosts
from tests import environment
from tests.postoffice import SmtpServer

# Here and not in a hook: the settings are read from what this makes, and test modules import models.
environment.prepare()
django.setup()
# Tests ask Django's admin for what it knows without asking for an address, which would bring it in.
admin.autodiscover()
# xdist's workers inherit the environment, and by this name pytest-django would read the settings in them
# before they have made worlds of their own.
SETTINGS = os.environ.pop("DJANGO_SETTINGS_MODULE")
# Django's test environment copies ALLOWED_HOSTS before there is a database to ask for the brands' hosts.
hosts.forget_providers()
# The product's hash takes half a second on purpose; hundreds of tests make somebody who signs in.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no core waits for the other at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/journeys/", "tests/browser/")))


@pytest.fixture(scope="session", autouse=True)
def settings_for_children() -> None:
    """Programs that tests start find the settings; this runs where tests run, never before a worker starts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, so that threads, connections and processes see the same database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(Path(database["NAME"]).with_name("test.sqlite3"))
        # A test does not outlive a power cut; everything else is as in the product.
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session", autouse=True)
def emptying_past_the_guard() -> Iterator[None]:
    """Lets SQLite's tables be emptied between tests: by DELETE, which the guard of consent refuses.

    The guard is away for the statements of the flush alone, and comes back as the migration made it.
    PostgreSQL truncates, which fires no row's trigger.
    """
    flush = connection.ops.sql_flush

    def flush_past_the_guard(*args: Any, **options: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'consent_record_stays'")
            (guard,) = cursor.fetchone()
        return ["DROP TRIGGER consent_record_stays", *flush(*args, **options), guard]

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(connection.ops, "sql_flush", flush_past_the_guard)
        yield


@pytest.fixture(autouse=True)
def valkey() -> redis.Redis:
    """Valkey's client; each test begins with an empty server."""
    from mailhub.delivery.limits import backoff, configured
    from mailhub.delivery.services import resting, rulebook, signing
    from mailhub.delivery.tracking import answers
    from mailhub.lib import valkey

    client = valkey.client()
    client.flushdb()
    configured.forget()
    backoff.forget_cache()
    rulebook.forget()
    signing.forget()
    resting.forget()
    answers.forget_links()
    return client


@pytest.fixture(scope="session")
def certificate_authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def start_smtp_server(certificate_authority: trustme.CA) -> Iterator[Callable[..., SmtpServer]]:
    """Call it with `tls`, `login` or `certificate_for` (see `SmtpServer.start`) for a running server."""
    running: list[SmtpServer] = []

    def start(**options: Any) -> SmtpServer:
        server = SmtpServer()
        server.start(authority=certificate_authority, **options)
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def smtp_server(start_smtp_server: Callable[..., SmtpServer]) -> SmtpServer:
    """A plain server without login: what it was given is in `smtp_server.letters`."""
    return start_smtp_server()

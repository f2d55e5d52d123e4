"""Makes the world that the tests run in, before Django reads its settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import servers

DATABASES = ("sqlite", "postgresql")
# What a developer has exported for the real MailHub must not reach the tests.
CLEARED = (
    "PUBLIC_URL",
    "MAILHUB_SMTP_URL",
    "MAILHUB_TRUSTED_PROXIES",
    "MAILHUB_ADMIN_PASSWORD",
    "MAILHUB_PORT",
    "MAILHUB_CAPTURE_LIMIT",
    "MAILHUB_DNS_SERVERS",
    "MAILHUB_MARKETING_RETRY_HOURS",
    "MAILHUB_TRANSACTIONAL_RETRY_HOURS",
)


def prepare() -> None:
    """Start Valkey and the wanted database; set the environment that the settings are read from.

    `MAILHUB_TEST_DATABASE` is sqlite (the default) or postgresql; PostgreSQL is the server of
    `DATABASE_URL`, else the binaries in `MAILHUB_TEST_POSTGRESQL`, else those of the wheel.
    """
    try:
        _prepare(servers.make_folder())
    except servers.CannotStart as error:
        # Never a silent skip: without its servers the suite says what is missing and fails.
        pytest.exit(f"The tests cannot run. {error}", returncode=2)


def _prepare(folder: Path) -> None:
    for name in CLEARED:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="mailhub.settings",
        MAILHUB_DATA=str(folder / "data"),
        MAILHUB_KEYS="key-of-the-tests-that-is-long-enough",
        SECRET_KEY="secret-of-the-tests-that-is-long-enough",
        MAILHUB_LOG="WARNING",
        REDIS_URL=servers.start_valkey(folder),
    )
    choose_database(os.environ.get("MAILHUB_TEST_DATABASE", "sqlite"))


def choose_database(wanted: str) -> None:
    if wanted not in DATABASES:
        pytest.exit(f"MAILHUB_TEST_DATABASE is {wanted!r}; it must be one of {', '.join(DATABASES)}.", 2)
    if wanted == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL") and "PYTEST_XDIST_WORKER" not in os.environ:
        # One server for all of xdist's workers, which find it in the environment that they inherit.
        binaries = os.environ.get("MAILHUB_TEST_POSTGRESQL")
        url = servers.start_postgresql(servers.make_folder(), Path(binaries) if binaries else None)
        os.environ["DATABASE_URL"] = url

"""What is done to the database before MailHub's parts start."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, connections
from redis import RedisError

from mailhub.accounts.services import staff
from mailhub.accounts.services.staff import FirstAccount
from mailhub.delivery import hashing
from mailhub.delivery.services import brands
from mailhub.lib import environment, heartbeat
from mailhub.supervisor import announcement, log
from mailhub.supervisor.lock import CannotStart
from mailhub.web import health


def prepare_database() -> FirstAccount | None:
    """Migrations are applied, a brand and an administrator exist; the account that was made, if one was.

    Raises django.db.OperationalError when the database does not answer, HashKeyLost when MAILHUB_KEYS
    lacks the key that the suppression list was made with.
    """
    connection.ensure_connection()
    if missing := health.missing_migrations():
        log.say(f"Applying {len(missing)} migrations.")
        call_command("migrate", interactive=False, verbosity=0)
    hashing.check()
    brands.default()
    account = staff.create_first(password=environment.text("MAILHUB_ADMIN_PASSWORD"))
    if account is not None and account.password is not None:
        # At once: a start that fails after this must not take the only copy with it.
        log.say(announcement.password_notice(account))
    # The supervisor needs it no more, and a server counts its connections.
    connections.close_all()
    return account


def greet_broker() -> None:
    """Valkey or Redis answers, and holds no heartbeat of processes that are gone. Raises CannotStart."""
    try:
        heartbeat.forget_own_machine()
    except RedisError as error:
        raise CannotStart(
            f"Redis does not answer ({error}). Check REDIS_URL, or unset it to use MailHub's own Valkey."
        ) from error

"""Whether this process answers (/healthz) and whether MailHub can do its work (/readyz)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from mailhub.lib import valkey

# A check answers None when all is well, else a sentence that says what is not.
Check = Callable[[], str | None]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Let a room above say what must be well before MailHub calls itself ready."""
    _checks[name] = check


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is well, else 503; the body names each check with "ok" or what is wrong."""
    checks = {name: _run(check) for name, check in _checks.items()}
    ready = all(answer == "ok" for answer in checks.values())
    body = {"status": "ready" if ready else "not ready", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def check_database() -> str | None:
    """The database answers and has every migration of this version."""
    try:
        missing = missing_migrations()
    except Error as error:
        connection.close()
        return f"The database does not answer: {_first_line(error)}"
    if missing:
        app, name = min(missing)
        return f"{len(missing)} migrations are not applied, {app}.{name} first; run `manage.py migrate`."
    return None


def missing_migrations() -> set[tuple[str, str]]:
    """The (app, name) of each migration that the database has not had; raises django.db.Error."""
    return _migrations() - set(MigrationRecorder(connection).applied_migrations())


def check_broker() -> str | None:
    try:
        valkey.client().ping()
    except RedisError as error:
        return f"Valkey or Redis does not answer: {_first_line(error)}"
    return None


def _run(check: Check) -> str:
    try:
        return check() or "ok"
    except RedisError as error:
        return f"Not known, Valkey or Redis does not answer: {_first_line(error)}"


@cache
def _migrations() -> set[tuple[str, str]]:
    # The files do not change under a running process; what is applied is asked each time.
    return set(MigrationLoader(None).disk_migrations)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

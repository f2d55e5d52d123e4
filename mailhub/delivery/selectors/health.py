"""How every part of the house is: a word, a sentence, and what to do."""

from __future__ import annotations

import platform
import shutil
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import RedisError

from mailhub.delivery.models import Chunk, Dispatch, Due
from mailhub.delivery.models.ledger import DispatchState
from mailhub.delivery.selectors import doubt, ways
from mailhub.delivery.services import routing
from mailhub.delivery.tracking import buffer
from mailhub.lib import clock, heartbeat, valkey
from mailhub.lib import queues as all_queues
from mailhub.web import health as probes

OK, WARN, BAD, NEUTRAL = "ok", "warn", "bad", "neutral"
# A worker takes rings within seconds; a pile means that none listens or all are busy.
LONG_QUEUE = 200
MANY_HITS = 50_000
LATE = timedelta(minutes=2)
LITTLE_SPACE, NO_SPACE = 2_000_000_000, 300_000_000
SKEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the house. `todo` is what to do, "" when nothing is; `url` is where, if there is a place."""

    name: str
    state: str
    sentence: str
    todo: str = ""
    url: str = ""

    @property
    def word(self) -> str:
        return {OK: _("Well"), WARN: _("Look at it"), BAD: _("Not working"), NEUTRAL: _("Not known")}[
            self.state
        ]


def report() -> dict[str, Any]:
    """All parts, how they are as a whole, and the versions."""
    parts = [_looked_at(name, look) for name, look in _looks()]
    worst = BAD if any(part.state == BAD for part in parts) else OK
    if worst == OK and any(part.state in (WARN, NEUTRAL) for part in parts):
        worst = WARN
    heads = {
        OK: _("Everything works."),
        WARN: _("Everything works; something wants a look."),
        BAD: _("Something does not work."),
    }
    return {"parts": parts, "worst": worst, "head": heads[worst], "versions": versions(), "at": clock.now()}


def versions() -> list[tuple[str, str]]:
    return [
        ("MailHub", _own_version()),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (connection.display_name, _database_version()),
        ("Valkey", _valkey_version()),
    ]


def _looks() -> list[tuple[str, Callable[[str], Part]]]:
    return [
        (_("Database"), database),
        (_("Migrations"), migrations),
        (_("Valkey"), broker),
        (_("Worker for campaigns (bulk)"), lambda name: worker(name, heartbeat.BULK)),
        (_("Worker for single letters (express)"), lambda name: worker(name, heartbeat.EXPRESS)),
        (_("Worker for long jobs (imports, exports, counting)"), lambda name: worker(name, heartbeat.JOBS)),
        (_("Scheduler (beat)"), beat),
        (_("Queues"), queues),
        (_("Letters that are due"), due),
        (_("Senders at work"), senders),
        (_("Letters in doubt"), in_doubt),
        (_("Opens and clicks on their way"), tracking),
        (_("Way out"), route),
        (_("Space for data"), space),
        (_("Clock"), skew),
    ]


def _looked_at(name: str, look: Callable[[str], Part]) -> Part:
    try:
        return look(name)
    except RedisError:
        return Part(name, NEUTRAL, _("Not known: Valkey does not answer."))
    except DatabaseError:
        return Part(name, NEUTRAL, _("Not known: the database does not answer."))


def database(name: str) -> Part:
    start = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        sentence = _("The database does not answer.")
        return Part(name, BAD, sentence, _("Look whether its server runs, and at DATABASE_URL."))
    took = (time.monotonic() - start) * 1000
    sentence = _("{database} answers in {milliseconds} ms.")
    return Part(name, OK, sentence.format(database=connection.display_name, milliseconds=f"{took:.1f}"))


def migrations(name: str) -> Part:
    missing = len(probes.missing_migrations())
    if not missing:
        return Part(name, OK, _("The tables are those of this version."))
    sentence = ngettext("One migration is not applied.", "{count} migrations are not applied.", missing)
    return Part(name, BAD, sentence.format(count=missing), _("Run “python manage.py migrate”."))


def broker(name: str) -> Part:
    start = time.monotonic()
    try:
        valkey.client().ping()
    except RedisError:
        sentence = _("Valkey does not answer: nothing is rung, and hits go straight to the database.")
        return Part(name, BAD, sentence, _("Look whether its server runs, and at REDIS_URL."))
    took = (time.monotonic() - start) * 1000
    return Part(name, OK, _("It answers in {milliseconds} ms.").format(milliseconds=f"{took:.1f}"))


def worker(name: str, role: str) -> Part:
    if not heartbeat.alive(role):
        sentence = _("No sign of life in the last {seconds} seconds: letters wait.")
        return Part(
            name,
            BAD,
            sentence.format(seconds=heartbeat.LIFETIME_SECONDS),
            _("Start it: see “The same parts as separate services” in docs/configuration.md."),
        )
    return Part(name, OK, _("It gives signs of life."))


def beat(name: str) -> Part:
    if heartbeat.alive(heartbeat.BEAT):
        return Part(name, OK, _("It rings what is due."))
    sentence = _("No sign of life in the last {seconds} seconds: scheduled campaigns do not start.")
    return Part(name, BAD, sentence.format(seconds=heartbeat.LIFETIME_SECONDS), _("Start the beat again."))


def queues(name: str) -> Part:
    client = valkey.client()
    lengths = {queue: int(client.llen(f"{valkey.PREFIX}celery:{queue}")) for queue in all_queues.ALL}
    sentence = ", ".join(f"{queue} {length}" for queue, length in lengths.items())
    if max(lengths.values()) > LONG_QUEUE:
        return Part(name, WARN, sentence, _("Tasks pile up: start more workers, or look at their log."))
    return Part(name, OK, sentence)


def due(name: str) -> Part:
    now = clock.now()
    waiting = Due.objects.filter(due_at__lte=now, dispatch__state=DispatchState.SENDING)
    count = waiting.order_by()[:10_001].count()
    first = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    if first and now - first > LATE:
        sentence = ngettext("One waits since {since}.", "{count} wait, the first since {since}.", count)
        text = sentence.format(count=_capped(count), since=_spoken(first))
        return Part(name, WARN, text, _("Look whether the workers run and the route works."))
    sentence = ngettext("One is to be sent now.", "{count} are to be sent now.", count)
    return Part(name, OK, sentence.format(count=_capped(count)) if count else _("None waits."))


def senders(name: str) -> Part:
    now = clock.now()
    held = Chunk.objects.filter(finished=False, lease_until__gte=now).values("owner").distinct().count()
    held += Due.objects.filter(lease_until__gte=now).values("owner").distinct().count()
    sending = Dispatch.objects.filter(state=DispatchState.SENDING).count()
    if not sending:
        return Part(name, OK, _("Nothing is being sent."))
    text = ngettext("One dispatch is being sent", "{count} dispatches are being sent", sending)
    at_work = ngettext("one sender is at it", "{count} senders are at it", held)
    return Part(name, OK, f"{text.format(count=sending)}; {at_work.format(count=held)}.")


def in_doubt(name: str) -> Part:
    """Of single letters; campaigns show theirs, and home says so."""
    count = doubt.letters().count()
    if not count:
        return Part(name, OK, _("Of every single letter it is known what became of it."))
    sentence = ngettext(
        "Nobody knows whether one single letter arrived.",
        "Nobody knows whether {count} single letters arrived.",
        count,
    )
    return Part(
        name, WARN, sentence.format(count=count), _("Settle them."), reverse("delivery:uncertain_list")
    )


def tracking(name: str) -> Part:
    waiting = int(valkey.client().xlen(buffer.STREAM))
    if waiting > MANY_HITS:
        sentence = _("{count} hits wait to be written.").format(count=waiting)
        return Part(name, WARN, sentence, _("Look whether the express worker runs."))
    return Part(name, OK, ngettext("{count} hit waits.", "{count} hits wait.", waiting).format(count=waiting))


def route(name: str) -> Part:
    """What home says of the routes, too (see ways.troubles)."""
    troubles = ways.troubles()
    told = " ".join(f"{trouble.title}: {trouble.text}" for trouble in troubles)
    if any(trouble.is_broken for trouble in troubles):
        return Part(name, BAD, told, _("Mend it under Settings → Routes, and test it again."))
    if troubles:
        return Part(name, WARN, told, _("Test it under Settings → Routes."))
    if routing.captured_streams():
        sentence = _("Letters go to the capture mailbox: nothing leaves.")
        return Part(name, WARN, sentence, _("Set a route under Settings → Routes."))
    if routing.captures_some():
        sentence = _("A rule keeps some letters in the capture mailbox; all others leave the house.")
        return Part(
            name, WARN, sentence, _("Look at the rules under Settings → Routes if you do not mean it.")
        )
    return Part(name, OK, _("Every letter has a route that leaves the house."))


def space(name: str) -> Part:
    try:
        usage = shutil.disk_usage(settings.MAILHUB_DATA)
    except OSError:
        return Part(name, NEUTRAL, _("The data folder cannot be looked at."))
    sentence = _("{free} GB of {total} GB are free where the data folder lies.")
    text = sentence.format(free=f"{usage.free / 1e9:.1f}", total=f"{usage.total / 1e9:.0f}")
    todo = _("Make room: without it nothing can be written.")
    if usage.free < NO_SPACE:
        return Part(name, BAD, text, todo)
    return Part(name, WARN, text, todo) if usage.free < LITTLE_SPACE else Part(name, OK, text)


def skew(name: str) -> Part:
    """This machine's clock against Valkey's, which may be another machine's."""
    seconds, _microseconds = valkey.client().time()
    apart = abs(time.time() - float(seconds))
    if apart < SKEW_SECONDS:
        return Part(name, OK, _("This machine and Valkey agree on the time."))
    sentence = _("This machine and Valkey are {seconds} seconds apart.").format(seconds=round(apart))
    return Part(name, WARN, sentence, _("Set the clocks by a time server (NTP)."))


@cache
def _own_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def _database_version() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
            )
            return str(cursor.fetchone()[0]).split(" ")[0]
    except DatabaseError:
        return "–"


def _valkey_version() -> str:
    try:
        info: dict[str, Any] = valkey.client().info("server")
    except RedisError:
        return "–"
    return str(info.get("valkey_version") or info.get("redis_version") or "–")


def _capped(count: int) -> str:
    return "10 000+" if count > 10_000 else str(count)


def _spoken(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

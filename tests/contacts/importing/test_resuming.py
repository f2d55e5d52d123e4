"""An import that dies goes on where it stopped, and nobody imports a file twice at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from contacts.importing import importer, merging, runs
from contacts.importing.importer import Order
from contacts.importing.watching import Nobody
from contacts.models import ConsentRecord, Contact, Import, ImportChange, ImportState
from mailhub.lib import process

Make = Callable[..., Order]
ROOT = Path(__file__).parents[3]
# Runs an import in a process of its own, which kills itself (SIGKILL) at a chosen row.
VICTIM = """
import os, signal, sys
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from contacts.importing import importer, merging, staging
from contacts.importing.watching import Nobody

class Killer(Nobody):
    def staged(self, position):
        self.die("staged", position)
    def merged(self, position):
        self.die("merged", position)
    def die(self, moment, position):
        if (moment, str(position)) == (sys.argv[4], sys.argv[5]):
            os.kill(os.getpid(), signal.SIGKILL)

staging.ROWS_AT_ONCE = 100
merging.ROWS_AT_ONCE = {"sqlite": 100, "postgresql": 100}
importer.run(importer.Order(Path(sys.argv[2]), "news", sys.argv[3]), watch=Killer())
"""


def many(count: int) -> str:
    rows = [f"person{number}@example.org,{number},active" for number in range(count)]
    rows[7] = "rubbish,7,active"
    rows[count - 1] = "PERSON1@example.org,1,bounced"
    return "\n".join(["email,Points,status", *rows]) + "\n"


def killed(order: Order, *, moment: str, position: int) -> None:
    database = str(connection.settings_dict["NAME"])
    arguments = [database, str(order.path), order.consent_source, moment, str(position)]
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mailhub.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("moment", "position", "kept"), [("staged", 201, 0), ("merged", 200, 200)])
def test_a_killed_import_goes_on_where_it_stopped(order: Make, moment: str, position: int, kept: int) -> None:
    wanted = order(many(450))
    killed(wanted, moment=moment, position=position)
    interrupted = Import.objects.get()
    assert (interrupted.state, interrupted.position_rows) == (ImportState.RUNNING, kept)
    resumed: list[int] = []

    class Watch(Nobody):
        def resumed(self, position: int) -> None:
            resumed.append(position)

    result = importer.run(wanted, watch=Watch())
    assert resumed == ([kept] if kept else [])
    assert (result.id, result.rows, result.created) == (interrupted.pk, 450, 448)
    assert (result.duplicate, result.invalid, result.suppressed) == (1, 1, 1)
    assert Contact.objects.count() == ImportChange.objects.count() == 448
    assert ConsentRecord.objects.count() == 447
    assert Import.objects.get().state == ImportState.FINISHED


@pytest.mark.django_db
def test_a_failed_import_can_be_called_again_by_the_same_process(
    order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(merging.ROWS_AT_ONCE, connection.vendor, 100)
    wanted = order(many(250))

    class Fault(Nobody):
        def merged(self, position: int) -> None:
            raise OSError("The disk is full.")

    with pytest.raises(OSError, match="disk"):
        importer.run(wanted, watch=Fault())
    assert Import.objects.get().position_rows == 100
    assert importer.run(wanted).created == 248


@pytest.mark.django_db
def test_the_same_file_cannot_be_imported_twice_at_once(order: Make) -> None:
    wanted = order(many(20))

    class Second(Nobody):
        def merged(self, position: int) -> None:
            importer.run(wanted)

    with pytest.raises(runs.AlreadyRunning, match=r"people\.csv is being imported into “news” right now"):
        importer.run(wanted, watch=Second())
    assert Import.objects.count() == 1


@pytest.mark.django_db
def test_an_interrupted_import_called_with_another_source_begins_anew(order: Make) -> None:
    importer.run(order(many(20)))
    Import.objects.update(state=ImportState.RUNNING, owner="", finished_at=None)
    result = importer.run(order(many(20), source="Another fair"))
    assert result.unchanged == 18
    assert list(Import.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "finished"]


@pytest.mark.django_db
def test_an_import_that_another_process_has_taken_over_stops(order: Make) -> None:
    class Thief(Nobody):
        def staged(self, position: int) -> None:
            pass

        def merged(self, position: int) -> None:
            Import.objects.update(owner=process.owner() + "0")

    with pytest.raises(runs.TakenOver):
        importer.run(order(many(20)), watch=Thief())

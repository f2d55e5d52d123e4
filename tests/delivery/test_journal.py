"""A sender's journal: what another process reads of it once the sender is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.delivery import journal
from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.journal import Journal, Missing

OWNER = "host/pid:[1]/17/99"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MAILHUB_DATA = tmp_path
    return tmp_path / "journals"


def written(owner: str = OWNER) -> Journal:
    return Journal(journal.path_of(owner))


def vanish(left: Journal) -> None:
    """As the kernel does it with a dead process: the lock goes, what was mapped stays."""
    left._map.close()
    left._file.close()


def test_an_answered_letter_has_its_answer_and_a_begun_one_none():
    left = written()
    left.writing(7)
    left.writing(8)
    answer = Outcome(7, Verdict.REFUSED, 550, "5.1.1", "550 5.1.1 Nobody of that name", kind="mailbox_gone")
    left.answered(answer)
    vanish(left)
    found = journal.of_vanished(OWNER)
    assert found == {7: answer, 8: None}
    assert found[7].answered_at == answer.answered_at


def test_a_letter_that_was_turned_down_before_its_content_has_its_answer_too():
    left = written()
    left.answered(Outcome(9, Verdict.DEFERRED, 450, "4.2.0", "450 later"))
    vanish(left)
    assert journal.of_vanished(OWNER)[9].verdict is Verdict.DEFERRED


def test_a_letter_whose_answer_never_came_stays_in_doubt():
    left = written()
    left.writing(7)
    left.answered(Outcome(7, Verdict.UNKNOWN, reply="The connection was lost"))
    vanish(left)
    assert journal.of_vanished(OWNER) == {7: None}


def test_a_letter_that_begins_again_is_in_doubt_again():
    left = written()
    left.writing(7)
    left.answered(Outcome(7, Verdict.DEFERRED, 451))
    left.writing(7)
    vanish(left)
    assert journal.of_vanished(OWNER) == {7: None}


def test_a_sender_that_could_not_write_its_answers_down_leaves_them_behind_when_it_ends():
    left = written()
    left.writing(7)
    left.keep()
    left.close()
    assert journal.of_vanished(OWNER) == {7: None}


def test_a_new_window_forgets_the_one_before():
    left = written()
    for message_id in range(50):
        left.writing(message_id)
    left.begin()
    left.writing(99)
    vanish(left)
    assert journal.of_vanished(OWNER) == {99: None}


def test_a_window_beside_another_keeps_what_is_known_of_that_one_only():
    left = written()
    for window in (range(20), range(100, 150), range(200, 203)):
        left.begin_beside()
        for message_id in window:
            left.writing(message_id)
        left.answered(Outcome(window[0], Verdict.ACCEPTED, 250))
    vanish(left)
    found = journal.of_vanished(OWNER)
    assert set(found) == {*range(100, 150), *range(200, 203)}
    assert [message_id for message_id, answer in found.items() if answer] == [100, 200]


def test_the_journal_of_a_living_sender_is_not_read():
    left = written()
    assert journal.of_vanished(OWNER) is Missing.IN_USE
    left.close()
    assert journal.of_vanished(OWNER) is Missing.NO_FILE


def test_a_window_of_any_size_fits():
    left = written()
    for message_id in range(2000):
        left.writing(message_id)
    vanish(left)
    assert len(journal.of_vanished(OWNER)) == 2000


@settings(max_examples=50, deadline=None)
@given(reply=st.text(max_size=300), enhanced=st.sampled_from(["", "5.1.1", "4.7.0"]))
def test_any_reply_comes_back_as_far_as_there_is_room(reply: str, enhanced: str, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("journal") / "one.journal"
    left = Journal(path)
    left.answered(Outcome(1, Verdict.REFUSED, 550, enhanced, reply))
    found = left.found()[1]
    left.close()
    assert found.enhanced == enhanced
    assert reply.encode(errors="replace").decode(errors="replace").startswith(found.reply.rstrip("�"))


def test_what_a_killed_process_wrote_is_there(folder: Path):
    program = (
        "import os, signal, django; django.setup()\n"
        "from mailhub.delivery import journal\n"
        "own = journal.own(); own.writing(7)\n"
        "print(own.path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {
        "PATH": "",
        "DJANGO_SETTINGS_MODULE": "mailhub.settings",
        "MAILHUB_DATA": str(folder.parent),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert journal._vanished(Path(done.stdout.strip())) == {7: None}


def test_only_journals_that_nobody_needs_are_swept_away(folder: Path):
    living = written("alive/pid:[1]/1/1")
    for owner in ("needed/pid:[1]/2/2", "done/pid:[1]/3/3"):
        vanish(written(owner))
    journal.sweep(owners={"needed/pid:[1]/2/2"})
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["alive", "needed"]
    living.close()

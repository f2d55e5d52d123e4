"""After a crash: what the journal knows is settled, what it does not name goes again, the rest is doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.delivery import journal
from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.journal import Journal
from mailhub.delivery.models import AddressRecord, Chunk, Due, Message, Suppression
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, due, recovery, sending
from mailhub.lib import clock, process
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MAILHUB_DATA = tmp_path


def dead_owner() -> str:
    return f"{process.owner().rsplit('/', 2)[0]}/999999999/1"


def accepted(message_id: int) -> Outcome:
    return Outcome(message_id, Verdict.ACCEPTED, 250, "2.0.0", "250 OK")


def leave(owner: str, *, begun: list[int], answers: list[Outcome]) -> None:
    """The journal that a killed sender leaves."""
    left = Journal(journal.path_of(owner))
    for message_id in begun:
        left.writing(message_id)
    for outcome in answers:
        left.answered(outcome)
    left._map.close()
    left._file.close()


def ids_of(dispatch) -> list[int]:
    return list(Message.objects.filter(dispatch=dispatch).order_by("id").values_list("id", flat=True))


def vanish_in_mid_window(dispatch, owner: str) -> None:
    held = claims.claim()
    assert claims.advance_intent(held, to_id=held.last_id)
    Chunk.objects.filter(dispatch=dispatch).update(owner=owner)


def test_only_what_was_written_and_not_answered_is_uncertain():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    ids = ids_of(dispatch)
    vanish_in_mid_window(dispatch, dead_owner())
    bounce = Outcome(ids[1], Verdict.REFUSED, 550, "5.1.1", "550 5.1.1 Nobody")
    leave(dead_owner(), begun=ids[:3], answers=[accepted(ids[0]), bounce])
    recovery.recover()
    now = balance(dispatch.pk)
    assert (now.sent, now.failed, now.uncertain, now.queued) == (1, 1, 1, 2)
    assert Suppression.objects.get().reason == "hard_bounce"
    sending.deliver_bulk()
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).uncertain) == (3, 1)
    dispatch.refresh_from_db()
    assert dispatch.state == "finished"


def test_a_letter_that_was_put_off_before_the_crash_is_tried_again_in_its_time():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(2))
    ids = ids_of(dispatch)
    vanish_in_mid_window(dispatch, dead_owner())
    leave(dead_owner(), begun=[], answers=[Outcome(ids[0], Verdict.DEFERRED, 451, "4.3.0", "451 later")])
    recovery.recover()
    assert (balance(dispatch.pk).deferred, balance(dispatch.pk).queued) == (1, 1)
    assert Due.objects.get().message_id == ids[0]


def test_without_a_journal_all_that_was_marked_is_in_doubt():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    vanish_in_mid_window(dispatch, dead_owner())
    recovery.recover()
    assert balance(dispatch.pk).uncertain == 5


def test_who_may_have_got_a_letter_counts_as_mailed_under_the_frequency_cap():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(2))
    vanish_in_mid_window(dispatch, dead_owner())
    recovery.recover()
    doubtful = Message.objects.filter(dispatch=dispatch, state="uncertain")
    settled = dict(doubtful.values_list("address_hash", "settled_at"))
    assert dict(AddressRecord.objects.values_list("address_hash", "last_marketing_at")) == settled
    assert len(settled) == 2


def test_a_lost_machine_may_come_back_for_a_while_and_read_its_journal():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    elsewhere = "elsewhere/pid:[1]/17/1"
    vanish_in_mid_window(dispatch, elsewhere)
    with clock.frozen(clock.now() + claims.LEASE + timedelta(minutes=5)):
        recovery.recover()
        assert balance(dispatch.pk).queued == 5
        assert claims.claim() is None
        leave(elsewhere, begun=[], answers=[])
        recovery.recover()
    assert balance(dispatch.pk).queued == 5
    assert claims.claim() is not None


def test_a_container_that_came_back_under_another_name_knows_its_journal_at_once():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    before = "host/pid:[4026532000]/17/1"
    vanish_in_mid_window(dispatch, before)
    leave(before, begun=ids_of(dispatch)[:1], answers=[])
    recovery.recover()
    assert (balance(dispatch.pk).uncertain, balance(dispatch.pk).queued) == (1, 4)


def test_a_stalled_sender_that_wakes_up_may_not_begin_another_window():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    stalled = claims.claim()
    ids = ids_of(dispatch)
    assert claims.advance_intent(stalled, to_id=ids[1])
    with clock.frozen(clock.now() + claims.LEASE + timedelta(minutes=16)):
        recovery.recover()
    assert (balance(dispatch.pk).uncertain, balance(dispatch.pk).queued) == (2, 3)
    assert not claims.advance_intent(stalled, to_id=ids[3])


def test_of_due_rows_those_not_begun_go_again_and_those_in_doubt_do_not():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(4), lane="express")
    (held,) = due.claim("express")
    assert due.mark_in_flight(held, message_ids=held.message_ids)
    Due.objects.update(owner=dead_owner())
    ids = list(held.message_ids)
    later = Outcome(ids[2], Verdict.DEFERRED, 451, "4.3.0", "451 later")
    leave(dead_owner(), begun=ids[:2], answers=[accepted(ids[0]), later])
    recovery.recover()
    now = balance(dispatch.pk)
    assert (now.sent, now.uncertain, now.deferred) == (1, 1, 2)
    assert sorted(Due.objects.values_list("message_id", flat=True)) == ids[2:]
    sending.deliver_due("express")
    assert balance(dispatch.pk).sent == 2


def test_an_error_of_ours_in_mid_window_loses_nothing_and_doubts_nothing_that_was_answered(monkeypatch):
    dispatch = factories.make_sending_dispatch(factories.addresses_of(3))
    ids = ids_of(dispatch)

    def send_one_and_break(route, envelopes):
        own = journal.own()
        own.writing(ids[0])
        own.answered(accepted(ids[0]))
        own.writing(ids[1])
        raise RuntimeError("broken")

    monkeypatch.setattr("mailhub.delivery.services.handing._send", send_one_and_break)
    sending.deliver_bulk()
    now = balance(dispatch.pk)
    assert (now.sent, now.uncertain, now.queued) == (1, 1, 1)
    dispatch.refresh_from_db()
    assert (dispatch.state, "RuntimeError" in dispatch.pause_reason) == ("paused", True)

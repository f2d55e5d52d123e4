"""After a crash: what the journal knows is settled, what it does not name goes again, the rest is doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult, Envelope, Outcome, Verdict
from mailhub.delivery.journal import Journal
from mailhub.delivery.models import AddressRecord, Chunk, Due, Message, Suppression
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, due, recovery, sending
from mailhub.delivery.services.routing import Route
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

    def send_one_and_break(route, envelopes, begin):
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


class Wire:
    """What is sent, and answers to it in turn: UNKNOWN as long as there are doubts left."""

    def __init__(self, doubts: int) -> None:
        self.doubts = doubts
        self.message_ids: list[str] = []

    def __call__(self, route: Route, envelopes: Sequence[Envelope], begin: object) -> BatchResult:
        outcomes = []
        for envelope in envelopes:
            self.message_ids.append(dict(envelope.headers)["Message-ID"])
            verdict = Verdict.UNKNOWN if self.doubts > 0 else Verdict.ACCEPTED
            outcomes.append(Outcome(envelope.message_id, verdict, reply="The connection broke off."))
            self.doubts -= 1
        return BatchResult(outcomes)


@pytest.mark.parametrize("lane", ["express", "bulk"])
@pytest.mark.parametrize(("doubts", "ends"), [(1, "sent"), (2, "uncertain")])
def test_a_transactional_letter_whose_answer_is_lost_goes_once_more_with_its_message_id(
    monkeypatch, lane, doubts, ends
):
    wire = Wire(doubts)
    monkeypatch.setattr("mailhub.delivery.services.handing._send", wire)
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane=lane, stream="transactional")
    send = sending.deliver_bulk if lane == "bulk" else partial(sending.deliver_due, lane)
    send()
    message = Message.objects.get(dispatch=dispatch)
    assert (message.state, message.reason) == ("deferred", "no_answer")
    assert Due.objects.get().resent
    for hours in (1, 2, 3):
        with clock.frozen(clock.now() + timedelta(hours=hours)):
            sending.deliver_due(lane)
    message.refresh_from_db()
    dispatch.refresh_from_db()
    assert (message.state, message.attempts, dispatch.state) == (ends, 2, "finished")
    assert len(wire.message_ids) == 2 and len(set(wire.message_ids)) == 1


def test_a_marketing_letter_whose_answer_is_lost_is_not_sent_again(monkeypatch):
    wire = Wire(1)
    monkeypatch.setattr("mailhub.delivery.services.handing._send", wire)
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    sending.deliver_bulk()
    with clock.frozen(clock.now() + timedelta(hours=5)):
        sending.deliver_due("bulk")
    assert (balance(dispatch.pk).uncertain, len(wire.message_ids)) == (1, 1)


@pytest.mark.parametrize("has_journal", [True, False])
def test_transactional_letters_of_a_vanished_chunk_go_once_more(has_journal):
    dispatch = factories.make_sending_dispatch(factories.addresses_of(3), stream="transactional")
    ids = ids_of(dispatch)
    vanish_in_mid_window(dispatch, dead_owner())
    if has_journal:
        leave(dead_owner(), begun=ids[:1], answers=[])
    recovery.recover()
    again = ids[:1] if has_journal else ids
    assert sorted(Due.objects.filter(resent=True).values_list("message_id", flat=True)) == again
    now = balance(dispatch.pk)
    assert (now.uncertain, now.deferred) == (0, len(again))
    sending.deliver_bulk()
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        sending.deliver_due("bulk")
    assert balance(dispatch.pk).sent == 3

"""Letters in doubt: marked as sent, as lost, or sent again; nothing else is touched, and it adds up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.parser import BytesParser
from email.policy import default
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from mailhub.delivery import signals
from mailhub.delivery.contracts import Recipient
from mailhub.delivery.models import AddressRecord, CapturedLetter, Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, Lane, MessageState
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import ledger, results, sending, settling
from mailhub.delivery.services.results import Result
from mailhub.delivery.services.rows import Row
from mailhub.lib import clock
from tests import factories


def doubtful(count: int = 3, *, sent: int = 1, finished: bool = True, **fields) -> Dispatch:
    """A dispatch of `count` letters in doubt and `sent` that arrived."""
    dispatch = factories.make_sending_dispatch(factories.addresses_of(count + sent), **fields)
    Message.objects.filter(id__in=ids_of(dispatch)[:count]).update(
        state=MessageState.UNCERTAIN, reason="no_answer", attempts=1, settled_at=clock.now()
    )
    Message.objects.filter(id__in=ids_of(dispatch)[count:]).update(
        state=MessageState.SENT, attempts=1, settled_at=clock.now()
    )
    if finished:
        dispatch.chunks.update(finished=True)
        assert ledger.finish_if_settled(dispatch.pk)
        dispatch.refresh_from_db()
    return dispatch


def ids_of(dispatch: Dispatch) -> list[int]:
    return list(Message.objects.filter(dispatch=dispatch).order_by("id").values_list("id", flat=True))


def state_of(dispatch: Dispatch) -> str:
    return Dispatch.objects.get(pk=dispatch.pk).state


@pytest.mark.django_db
def test_letters_that_somebody_knows_to_have_arrived_count_as_sent() -> None:
    dispatch = doubtful(3)
    left_at = Message.objects.filter(dispatch=dispatch).order_by("id")[0].settled_at
    assert settling.mark_sent(dispatch.pk, message_ids=ids_of(dispatch)[:2]) == 2
    now = balance(dispatch.pk)
    assert (now.sent, now.uncertain, now.adds_up) == (3, 1, True)
    first = Message.objects.get(pk=ids_of(dispatch)[0])
    assert (first.reason, first.settled_at) == ("marked_sent", left_at)
    assert state_of(dispatch) == DispatchState.FINISHED


@pytest.mark.django_db
def test_letters_that_are_given_up_count_as_failed() -> None:
    dispatch = doubtful(2)
    assert settling.give_up(dispatch.pk) == 2
    now = balance(dispatch.pk)
    assert (now.failed, now.uncertain, now.adds_up) == (2, 0, True)
    assert not Due.objects.exists()


@pytest.mark.django_db
def test_only_letters_in_doubt_are_settled() -> None:
    dispatch = doubtful(1, sent=2)
    assert settling.give_up(dispatch.pk, message_ids=ids_of(dispatch)) == 1
    assert settling.mark_sent(dispatch.pk, message_ids=ids_of(dispatch)) == 0
    assert settling.send_again(dispatch.pk, message_ids=ids_of(dispatch), now=clock.now()) == 0
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).failed) == (2, 1)
    assert state_of(dispatch) == DispatchState.FINISHED


@pytest.mark.django_db
def test_a_finished_dispatch_sends_again_with_the_same_message_id_and_finishes_anew() -> None:
    dispatch = factories.make_sending_dispatch(factories.addresses_of(1))
    while sending.deliver_bulk():
        pass  # Its budget is time: a busy machine needs more than one.
    assert state_of(dispatch) == DispatchState.FINISHED
    Message.objects.update(state=MessageState.UNCERTAIN, reason="no_answer")
    assert settling.send_again(dispatch.pk, now=clock.now()) == 1
    now = balance(dispatch.pk)
    assert (now.deferred, now.uncertain, now.adds_up) == (1, 0, True)
    reopened = Dispatch.objects.get(pk=dispatch.pk)
    assert (reopened.state, reopened.settled_at) == (DispatchState.SENDING, None)
    assert sending.deliver_due(Lane.BULK) is False
    assert state_of(dispatch) == DispatchState.FINISHED
    message = Message.objects.get(dispatch=dispatch)
    assert (message.state, message.attempts, message.reason) == (MessageState.SENT, 2, "")
    first, second = (message_id_of(letter) for letter in CapturedLetter.objects.order_by("pk"))
    assert first == second


def message_id_of(letter: CapturedLetter) -> str:
    return BytesParser(policy=default).parsebytes(bytes(letter.raw))["Message-ID"]


@pytest.mark.django_db
def test_of_a_stopped_dispatch_nothing_is_sent_again() -> None:
    dispatch = doubtful(1, finished=False)
    assert ledger.stop(dispatch.pk)
    with pytest.raises(settling.SettlingRefused, match="stopped for good"):
        settling.send_again(dispatch.pk, now=clock.now())
    assert balance(dispatch.pk).uncertain == 1
    assert settling.mark_sent(dispatch.pk) == 1


@pytest.mark.django_db
def test_a_chunk_under_way_does_not_take_what_is_sent_again_as_well() -> None:
    dispatch = doubtful(2, sent=0, finished=False)
    assert settling.send_again(dispatch.pk, now=clock.now()) == 2
    while sending.deliver_bulk():
        pass
    assert CapturedLetter.objects.count() == 0
    sending.deliver_due(Lane.BULK)
    assert CapturedLetter.objects.count() == 2
    assert state_of(dispatch) == DispatchState.FINISHED


@pytest.mark.django_db
def test_what_is_sent_again_waits_while_its_dispatch_is_paused() -> None:
    dispatch = doubtful(1, finished=False)
    ledger.pause(dispatch.pk, reason="Lunch.")
    assert settling.send_again(dispatch.pk, now=clock.now()) == 1
    sending.deliver_due(Lane.BULK)
    assert balance(dispatch.pk).deferred == 1
    ledger.resume(dispatch.pk)
    sending.deliver_due(Lane.BULK)
    assert balance(dispatch.pk).sent == 2


@pytest.mark.django_db
def test_a_late_answer_settles_what_waits_to_be_sent_again() -> None:
    dispatch = doubtful(1)
    settling.send_again(dispatch.pk, now=clock.now())
    message = Message.objects.get(dispatch=dispatch, state=MessageState.DEFERRED)
    answer(dispatch, message, MessageState.SENT)
    sending.deliver_due(Lane.BULK)
    assert CapturedLetter.objects.count() == 0
    assert (balance(dispatch.pk).sent, state_of(dispatch)) == (2, DispatchState.FINISHED)
    assert not Due.objects.exists()


@pytest.mark.django_db
def test_what_a_person_settled_stays_when_an_answer_comes_later() -> None:
    dispatch = doubtful(1)
    settling.give_up(dispatch.pk)
    answer(dispatch, Message.objects.get(dispatch=dispatch, state=MessageState.FAILED), MessageState.SENT)
    assert (balance(dispatch.pk).failed, balance(dispatch.pk).adds_up) == (1, True)


def answer(dispatch: Dispatch, message: Message, state: str) -> None:
    """A sender that stalled says what it has heard."""
    recipient = Recipient(
        message.pk, dispatch.pk, message.recipient_key, message.address, message.address_hash, None, "", ""
    )
    results.settle(dispatch, [Result(Row(recipient, 1, ""), state, tried=True)], now=clock.now())


@pytest.mark.django_db
def test_the_frequency_cap_does_not_count_the_letter_against_itself_but_others_stay() -> None:
    dispatch = doubtful(2)
    own, other = Message.objects.filter(dispatch=dispatch, state=MessageState.UNCERTAIN).order_by("id")
    later = own.settled_at + timedelta(hours=1)
    AddressRecord.objects.create(address_hash=own.address_hash, last_marketing_at=own.settled_at)
    AddressRecord.objects.create(address_hash=other.address_hash, last_marketing_at=later)
    settling.send_again(dispatch.pk, now=clock.now())
    assert AddressRecord.objects.get(pk=own.address_hash).last_marketing_at is None
    assert AddressRecord.objects.get(pk=other.address_hash).last_marketing_at == later


@pytest.mark.django_db
def test_nothing_is_sent_again_to_an_erased_address() -> None:
    dispatch = doubtful(2)
    Message.objects.filter(id=ids_of(dispatch)[0]).update(address="")
    assert settling.send_again(dispatch.pk, now=clock.now()) == 1
    assert balance(dispatch.pk).uncertain == 1


@pytest.mark.django_db
def test_a_vanished_sender_leaves_it_in_doubt_again_whatever_the_stream() -> None:
    dispatch = doubtful(1, sent=0, finished=False, stream="transactional", lane="express")
    Due.objects.all().delete()
    settling.send_again(dispatch.pk, now=clock.now())
    assert Due.objects.get().resent


@pytest.mark.django_db
def test_rooms_above_hear_of_it_once_and_only_when_something_was_settled(
    django_capture_on_commit_callbacks,
) -> None:
    heard: list[int] = []

    def hear(*, dispatch_id: int, **_) -> None:
        heard.append(dispatch_id)

    dispatch = doubtful(1)
    signals.doubt_settled.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            settling.mark_sent(dispatch.pk)
            settling.mark_sent(dispatch.pk)
    finally:
        signals.doubt_settled.disconnect(hear)
    assert heard == [dispatch.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_settle_the_same_letters_each_letter_has_one() -> None:
    dispatch = doubtful(40)
    acts = [
        partial(settling.send_again, dispatch.pk, now=clock.now()),
        partial(settling.mark_sent, dispatch.pk),
        partial(settling.give_up, dispatch.pk, message_ids=ids_of(dispatch)[20:40]),
    ]
    with ThreadPoolExecutor(len(acts)) as people:
        counts = list(people.map(at_once(Barrier(len(acts))), acts))
    now = balance(dispatch.pk)
    assert sum(counts) == 40
    assert (now.uncertain, now.adds_up) == (0, True)
    assert now.deferred == Due.objects.count() == counts[0]


def at_once(barrier: Barrier) -> Callable[[Callable[[], int]], int]:
    def do(act: Callable[[], int]) -> int:
        barrier.wait()
        try:
            return act()
        finally:
            connection.close()

    return do

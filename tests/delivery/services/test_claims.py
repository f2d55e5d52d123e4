"""A chunk has one sender at a time, and a vanished sender leaves at most one window in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.delivery.models import Chunk, Message
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, ledger, recovery, rows
from mailhub.lib import clock, process
from tests import factories

pytestmark = pytest.mark.django_db
GRACE = timedelta(minutes=15)


def window_of(dispatch, held):
    return [
        row.recipient.message_id
        for row in rows.window(dispatch, after_id=held.done_id, last_id=held.last_id, size=3)
    ]


def test_a_chunk_has_one_sender_at_a_time():
    factories.make_sending_dispatch(factories.addresses_of(3))
    assert claims.claim() is not None
    assert claims.claim() is None


def test_a_stalled_sender_is_fenced_off_by_the_next_one():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    stalled = claims.claim()
    with clock.frozen(clock.now() + claims.LEASE + timedelta(seconds=1)):
        assert claims.claim() is not None
    assert not claims.advance_intent(stalled, to_id=window_of(dispatch, stalled)[-1])


def test_what_a_vanished_sender_had_on_the_wire_is_uncertain_and_the_rest_goes_on():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    vanished = claims.claim()
    assert claims.advance_intent(vanished, to_id=window_of(dispatch, vanished)[-1])
    with clock.frozen(clock.now() + claims.LEASE + GRACE + timedelta(seconds=1)):
        assert claims.claim() is None
        recovery.recover()
        heir = claims.claim()
    assert (balance(dispatch.pk).uncertain, balance(dispatch.pk).queued) == (3, 2)
    assert len(window_of(dispatch, heir)) == 2
    assert balance(dispatch.pk).adds_up


def test_a_sender_that_vanished_before_its_mark_leaves_nothing_in_doubt():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    claims.claim()
    with clock.frozen(clock.now() + claims.LEASE + timedelta(seconds=1)):
        claims.claim()
    assert (balance(dispatch.pk).uncertain, balance(dispatch.pk).queued) == (0, 5)


def test_recovery_need_not_wait_for_the_lease_of_a_process_that_is_gone_from_this_machine():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    held = claims.claim()
    claims.advance_intent(held, to_id=window_of(dispatch, held)[-1])
    place = process.owner().rsplit("/", 2)[0]
    Chunk.objects.update(owner=f"{place}/999999999/1")
    recovery.recover()
    assert (balance(dispatch.pk).uncertain, balance(dispatch.pk).queued) == (3, 2)
    assert claims.claim() is not None


def test_recovery_leaves_a_living_sender_and_one_on_another_machine_alone():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    held = claims.claim()
    claims.advance_intent(held, to_id=window_of(dispatch, held)[-1])
    recovery.recover()
    Chunk.objects.update(owner="elsewhere/pid:[1]/17/1")
    recovery.recover()
    assert balance(dispatch.pk).uncertain == 0


def test_doubt_is_settled_in_a_dispatch_that_was_paused_meanwhile():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    held = claims.claim()
    claims.advance_intent(held, to_id=window_of(dispatch, held)[-1])
    ledger.pause(dispatch.pk, reason="Lunch.")
    with clock.frozen(clock.now() + claims.LEASE + GRACE + timedelta(seconds=1)):
        recovery.recover()
    assert balance(dispatch.pk).uncertain == 3


def test_no_mark_is_set_for_a_dispatch_that_was_paused():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    held = claims.claim()
    ledger.pause(dispatch.pk, reason="Lunch.")
    assert not claims.advance_intent(held, to_id=held.last_id)
    assert Message.objects.filter(dispatch=dispatch, state="queued").count() == 5

"""Row-by-row work after a crash: marketing is never blindly sent again, a single letter once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailhub.delivery.models import CapturedLetter, Due
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, due, ledger, recovery, sending
from mailhub.lib import clock
from tests import factories

pytestmark = pytest.mark.django_db
GRACE = timedelta(minutes=15)


def vanish_on_the_wire(dispatch) -> None:
    """A sender claims, marks its intent, and is never heard of again."""
    (held,) = due.claim(dispatch.lane)
    assert due.mark_in_flight(held, message_ids=held.message_ids)
    with clock.frozen(clock.now() + claims.LEASE + GRACE + timedelta(seconds=1)):
        recovery.recover()


def test_what_is_claimed_is_not_claimed_again():
    factories.make_sending_dispatch(["ann@example.org"], lane="express")
    assert due.claim("express")
    assert not due.claim("express")


def test_a_marketing_letter_on_the_wire_of_a_vanished_sender_is_uncertain():
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane="express")
    vanish_on_the_wire(dispatch)
    assert balance(dispatch.pk).uncertain == 1
    assert not Due.objects.exists()
    dispatch.refresh_from_db()
    assert dispatch.state == "finished"


def test_a_transactional_letter_on_the_wire_of_a_vanished_sender_goes_once_more_and_only_once():
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane="express", stream="transactional")
    vanish_on_the_wire(dispatch)
    assert balance(dispatch.pk).deferred == 1
    with clock.frozen(clock.now() + 2 * claims.LEASE):
        (held,) = due.claim("express")
        assert due.mark_in_flight(held, message_ids=held.message_ids)
    with clock.frozen(clock.now() + 4 * claims.LEASE):
        recovery.recover()
    assert balance(dispatch.pk).uncertain == 1


def test_a_letter_that_was_only_claimed_is_simply_due_again():
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane="express")
    due.claim("express")
    with clock.frozen(clock.now() + claims.LEASE + timedelta(seconds=1)):
        recovery.recover()
        sending.deliver_due("express")
    assert CapturedLetter.objects.count() == 1
    assert balance(dispatch.pk).sent == 1


def test_nothing_is_marked_as_on_the_wire_for_a_paused_dispatch():
    dispatch = factories.make_sending_dispatch(["ann@example.org"], lane="express")
    (held,) = due.claim("express")
    ledger.pause(dispatch.pk, reason="Lunch.")
    assert not due.mark_in_flight(held, message_ids=held.message_ids)
    due.give_back(held)
    ledger.resume(dispatch.pk)
    sending.deliver_due("express")
    assert balance(dispatch.pk).sent == 1


def test_an_error_of_ours_pauses_the_dispatch_says_so_and_loses_nothing():
    dispatch = factories.make_sending_dispatch(["ann@example.org"], source="a source that nobody registered")
    sending.deliver_bulk()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert "KeyError" in dispatch.pause_reason
    recovery.recover()
    assert balance(dispatch.pk).queued == 1

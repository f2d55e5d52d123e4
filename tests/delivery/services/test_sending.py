"""From a claimed row to an answered letter, through a real SMTP conversation."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from mailhub.delivery.contracts import BatchResult, Outcome, Verdict
from mailhub.delivery.limits import retry
from mailhub.delivery.models import AddressRecord, CapturedLetter, Dispatch, Due, Event, Message, Suppression
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, due, ledger, sending, suppression, windows
from mailhub.delivery.transports import registry
from mailhub.lib import clock
from mailhub.lib.environment import SmtpServer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(smtp_server, settings):
    """A foreign SMTP server that the default route leads to."""
    settings.MAILHUB_SMTP = SmtpServer("127.0.0.1", smtp_server.port, "", "", "none")
    yield smtp_server
    registry.close_all()


def state_of(dispatch: Dispatch) -> str:
    return Dispatch.objects.get(pk=dispatch.pk).state


def recipients(server) -> list[str]:
    return sorted(letter.recipient for letter in server.letters)


@pytest.mark.parametrize("lane", ["bulk", "express"])
def test_everybody_gets_the_letter_once_and_the_dispatch_finishes(server, lane):
    addresses = factories.addresses_of(250)
    dispatch = factories.make_sending_dispatch(addresses, lane=lane)
    assert not (sending.deliver_bulk() if lane == "bulk" else sending.deliver_due(lane))
    assert recipients(server) == sorted(addresses)
    assert state_of(dispatch) == "finished"
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).adds_up) == (250, True)
    assert not Due.objects.exists()


def test_without_a_smarthost_letters_stay_in_the_capture_mailbox():
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    sending.deliver_bulk()
    letter = CapturedLetter.objects.get()
    assert (letter.rcpt_to, letter.dispatch_id) == ("ann@example.org", dispatch.pk)
    assert state_of(dispatch) == "finished"


def test_somebody_suppressed_after_planning_is_not_mailed_and_the_row_says_why(server):
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    suppression.suppress(factories.address_hash("bo@example.org"), reason="unsubscribed")
    sending.deliver_bulk()
    assert recipients(server) == ["ann@example.org"]
    bo = Message.objects.get(dispatch=dispatch, address="bo@example.org")
    assert (bo.state, bo.reason) == ("skipped", "unsubscribed")


def test_a_4xx_is_tried_again_after_five_minutes_and_a_bit(server):
    server.replies["bo@example.org"] = "451 4.3.0 Come back later"
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    sending.deliver_bulk()
    bo = Message.objects.get(dispatch=dispatch, address="bo@example.org")
    assert (bo.state, bo.attempts) == ("deferred", 1)
    assert "Come back later" in bo.reply
    assert not sending.deliver_due("bulk")
    assert recipients(server) == ["ann@example.org"]
    server.replies.clear()
    with clock.frozen(clock.now() + timedelta(minutes=7)):
        sending.deliver_due("bulk")
    assert recipients(server) == ["ann@example.org", "bo@example.org"]
    assert state_of(dispatch) == "finished"


def test_a_reply_that_names_a_time_sets_the_next_try(server):
    server.replies["bo@example.org"] = "450 4.2.0 Greylisted, come back in 02:00:00"
    factories.make_sending_dispatch(["bo@example.org"])
    before = clock.now()
    sending.deliver_bulk()
    waits = Due.objects.get().due_at - before
    assert timedelta(hours=2) <= waits < timedelta(hours=2, minutes=2)


def test_a_4xx_for_a_days_worth_of_tries_is_given_up(server):
    server.replies["bo@example.org"] = "451 4.3.0 Come back later"
    dispatch = factories.make_sending_dispatch(["bo@example.org"])
    sending.deliver_bulk()
    Message.objects.filter(dispatch=dispatch).update(
        attempts=retry.tries_within(retry.give_up_after("marketing")) - 1
    )
    with clock.frozen(clock.now() + timedelta(hours=25)):
        sending.deliver_due("bulk")
    bo = Message.objects.get(dispatch=dispatch)
    assert (bo.state, bo.reason) == ("failed", "gave_up")


def test_a_mailbox_that_does_not_exist_fails_and_is_suppressed(server):
    server.replies["bo@example.org"] = "550 5.1.1 No such user"
    dispatch = factories.make_sending_dispatch(["bo@example.org"])
    sending.deliver_bulk()
    bo = Message.objects.get(dispatch=dispatch)
    assert (bo.state, bo.reason) == ("failed", "bounced")
    assert Event.objects.get(dispatch_id=dispatch.pk).type == "bounced"
    assert Suppression.objects.get().reason == "hard_bounce"


def test_a_refusal_for_policy_fails_and_suppresses_nobody(server):
    server.replies["bo@example.org"] = "550 5.7.1 Not from you"
    dispatch = factories.make_sending_dispatch(["bo@example.org"])
    sending.deliver_bulk()
    assert Message.objects.get(dispatch=dispatch).state == "failed"
    assert not Suppression.objects.exists()


def test_a_route_that_does_not_work_pauses_the_campaign_and_its_rows_stay_queued(settings):
    settings.MAILHUB_SMTP = SmtpServer("127.0.0.1", 1, "", "", "none")
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    sending.deliver_bulk()
    dispatch.refresh_from_db()
    assert dispatch.state == "paused"
    assert "127.0.0.1:1" in dispatch.pause_reason
    assert balance(dispatch.pk).queued == 2


def test_a_campaign_goes_on_where_a_broken_route_stopped_it(server, settings):
    route = settings.MAILHUB_SMTP
    settings.MAILHUB_SMTP = SmtpServer("127.0.0.1", 1, "", "", "none")
    dispatch = factories.make_sending_dispatch(factories.addresses_of(150))
    sending.deliver_bulk()
    settings.MAILHUB_SMTP = route
    assert ledger.resume(dispatch.pk)
    sending.deliver_bulk()
    assert recipients(server) == sorted(factories.addresses_of(150))
    assert state_of(dispatch) == "finished"


def test_a_transactional_letter_waits_for_its_route_by_itself(server, settings):
    route = settings.MAILHUB_SMTP
    settings.MAILHUB_SMTP = SmtpServer("127.0.0.1", 1, "", "", "none")
    dispatch = factories.make_sending_dispatch(["ann@example.org"], stream="transactional", lane="express")
    sending.deliver_due("express")
    assert (state_of(dispatch), balance(dispatch.pk).deferred) == ("sending", 1)
    settings.MAILHUB_SMTP = route
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        sending.deliver_due("express")
    assert recipients(server) == ["ann@example.org"]


def test_marketing_is_remembered_for_the_frequency_cap_and_transactional_is_not(server):
    factories.make_sending_dispatch(["ann@example.org"])
    factories.make_sending_dispatch(["bo@example.org"], stream="transactional", lane="express")
    sending.deliver_bulk()
    sending.deliver_due("express")
    hashes = list(AddressRecord.objects.values_list("address_hash", flat=True))
    assert hashes == [factories.address_hash("ann@example.org")]


def test_the_message_id_of_a_retry_is_the_same(server):
    server.data_replies["ann@example.org"] = "451 4.3.0 Come back later"
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    sending.deliver_bulk()
    server.data_replies.clear()
    message = Message.objects.get(dispatch=dispatch)
    with clock.frozen(clock.now() + timedelta(minutes=7)):
        sending.deliver_due("bulk")
    (letter,) = server.letters
    assert letter.message["Message-ID"].startswith(f"<{dispatch.pk}.{message.pk}.")


def test_a_letter_of_the_wrong_shape_is_one_persons_failure_and_the_others_go(server):
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    Message.objects.filter(dispatch=dispatch, address="bo@example.org").update(address="bo\r\n@example.org")
    sending.deliver_bulk()
    assert recipients(server) == ["ann@example.org"]
    assert balance(dispatch.pk).failed == 1
    assert state_of(dispatch) == "finished"


@pytest.mark.parametrize("lane", ["bulk", "express"])
def test_a_letter_that_has_its_moment_waits_for_it(server, lane):
    at = clock.now() + timedelta(hours=2)
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"], lane=lane)
    Message.objects.filter(dispatch=dispatch, address="bo@example.org").update(not_before=at)
    deliver = sending.deliver_bulk if lane == "bulk" else partial(sending.deliver_due, lane)
    deliver()
    assert recipients(server) == ["ann@example.org"]
    assert state_of(dispatch) == "sending"
    with clock.frozen(at + timedelta(seconds=1)):
        sending.deliver_due(lane)
    assert recipients(server) == ["ann@example.org", "bo@example.org"]
    assert state_of(dispatch) == "finished"


class Hurried:
    """A transport whose worker is asked to stop after two letters."""

    def send(self, envelopes, journal):
        return BatchResult([Outcome(envelope.message_id, Verdict.ACCEPTED) for envelope in envelopes[:2]])

    def close(self):
        pass


@pytest.mark.parametrize("lane", ["bulk", "express"])
def test_letters_that_were_not_begun_when_the_worker_stopped_go_later(monkeypatch, lane):
    registry.close_all()
    monkeypatch.setitem(registry.FACTORIES, "capture", lambda route: Hurried())
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5), lane=lane)
    (held,) = due.claim(lane) if lane == "express" else [claims.claim()]
    sending.deliver_claim(held) if lane == "express" else windows.Sender(held).run(may_go_on=lambda: True)
    assert (balance(dispatch.pk).sent, balance(dispatch.pk).open) == (2, 3)
    registry.close_all()
    monkeypatch.undo()
    sending.deliver_due(lane) if lane == "express" else sending.deliver_bulk()
    assert balance(dispatch.pk).sent == 5
    assert state_of(dispatch) == "finished"


def test_a_small_campaign_does_not_wait_for_a_big_one():
    big = factories.make_sending_dispatch(factories.addresses_of(1200))
    small = factories.make_sending_dispatch(["ann@example.org"])
    first_two = [claims.claim().dispatch_id, claims.claim().dispatch_id]
    assert sorted(first_two) == [big.pk, small.pk]
    assert claims.claim().dispatch_id == big.pk
    assert claims.claim() is None

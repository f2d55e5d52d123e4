"""One row a person, and a balance that always adds up."""

from __future__ import annotations

import pytest

from mailhub.delivery import signals
from mailhub.delivery.models import Chunk, Dispatch, Due, Message
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import claims, ledger, suppression
from mailhub.delivery.services.ledger import AudienceWithoutRoom
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_audience_is_written_one_row_a_person():
    dispatch = factories.make_dispatch()
    recorded = ledger.record_recipients(
        dispatch, factories.audience_of(["ann@example.org", "bo@example.org"])
    )
    assert (recorded.planned, recorded.skipped, recorded.conflicts) == (2, 0, 0)
    assert balance(dispatch.pk).queued == 2
    assert balance(dispatch.pk).adds_up


def test_a_person_who_comes_twice_gets_one_row_and_is_counted():
    dispatch = factories.make_dispatch()
    recorded = ledger.record_recipients(
        dispatch, factories.audience_of(["ann@example.org", "ann@example.org"])
    )
    assert (recorded.planned, recorded.conflicts) == (1, 1)
    again = ledger.record_recipients(dispatch, factories.audience_of(["ann@example.org"]))
    assert (again.planned, again.conflicts) == (0, 1)
    dispatch.refresh_from_db()
    assert (dispatch.planned_count, dispatch.conflict_count) == (1, 2)


def test_a_suppressed_address_is_written_as_skipped_and_counts_in_planned():
    dispatch = factories.make_dispatch()
    suppression.suppress(factories.address_hash("bo@example.org"), reason="complaint")
    recorded = ledger.record_recipients(
        dispatch, factories.audience_of(["ann@example.org", "bo@example.org"])
    )
    assert (recorded.planned, recorded.skipped) == (2, 1)
    bo = Message.objects.get(dispatch=dispatch, address="bo@example.org")
    assert (bo.state, bo.reason, bo.reply) == ("skipped", "suppressed", "complaint")
    assert balance(dispatch.pk).adds_up
    again = ledger.record_recipients(dispatch, factories.audience_of(["cy@example.org", "bo@example.org"]))
    assert (again.planned, again.skipped, again.conflicts) == (1, 0, 1)


@pytest.mark.parametrize(
    ("scope_key", "stopped"),
    [("", True), ("list:7", True), ("list:8", False), ("brand:{brand}", True), ("brand:0", False)],
)
def test_a_suppression_stops_letters_in_its_scope_only(scope_key, stopped):
    dispatch = factories.make_dispatch()
    suppression.suppress(
        factories.address_hash("ann@example.org"),
        reason="unsubscribed",
        scope_key=scope_key.format(brand=dispatch.brand_id),
    )
    ledger.record_recipients(dispatch, factories.audience_of(["ann@example.org"], list_key="list:7"))
    ann = Message.objects.get(dispatch=dispatch)
    assert (ann.state == "skipped") is stopped
    assert ann.reason == ("unsubscribed" if stopped else "")


def test_somebody_who_left_the_newsletter_still_gets_transactional_letters():
    suppression.suppress(factories.address_hash("ann@example.org"), reason="unsubscribed")
    suppression.suppress(factories.address_hash("bo@example.org"), reason="hard_bounce")
    dispatch = factories.make_dispatch(stream="transactional", lane="express")
    ledger.record_recipients(dispatch, factories.audience_of(["ann@example.org", "bo@example.org"]))
    states = dict(Message.objects.filter(dispatch=dispatch).values_list("address", "state"))
    assert states == {"ann@example.org": "queued", "bo@example.org": "skipped"}


def test_nobody_is_added_to_a_dispatch_that_has_started():
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    with pytest.raises(AudienceWithoutRoom):
        ledger.record_recipients(dispatch, factories.audience_of(["bo@example.org"]))


def test_a_bulk_dispatch_is_cut_into_chunks_without_gaps(settings):
    dispatch = factories.make_dispatch()
    addresses = factories.addresses_of(250)
    for start in (0, 100, 200):
        ledger.record_recipients(dispatch, factories.audience_of(addresses[start : start + 100]))
    ledger.release(dispatch)
    chunks = list(Chunk.objects.filter(dispatch=dispatch).order_by("id"))
    covered = [
        Message.objects.filter(dispatch=dispatch, id__gte=chunk.first_id, id__lte=chunk.last_id).count()
        for chunk in chunks
    ]
    assert sum(covered) == 250
    assert max(covered) <= ledger.CHUNK_SIZE


def test_an_express_dispatch_makes_each_row_due():
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"], lane="express")
    assert Due.objects.filter(dispatch=dispatch, lane="express").count() == 2
    assert not Chunk.objects.exists()


def test_a_dispatch_with_nobody_left_to_mail_is_finished_at_once(django_capture_on_commit_callbacks):
    suppression.suppress(factories.address_hash("ann@example.org"), reason="manual")
    heard: list[int] = []

    def hear(sender: object, dispatch_id: int, **more: object) -> None:
        heard.append(dispatch_id)

    signals.dispatch_finished.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        dispatch = factories.make_sending_dispatch(["ann@example.org"])
    assert Dispatch.objects.get(pk=dispatch.pk).state == "finished"
    assert heard == [dispatch.pk]


def test_a_dispatch_is_not_finished_while_rows_are_open():
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    assert not ledger.finish_if_settled(dispatch.pk)


def test_a_dispatch_is_not_finished_while_the_balance_does_not_add_up():
    dispatch = factories.make_sending_dispatch(["ann@example.org", "bo@example.org"])
    Message.objects.filter(dispatch=dispatch, address="bo@example.org").delete()
    Message.objects.filter(dispatch=dispatch).update(state="sent")
    Chunk.objects.filter(dispatch=dispatch).update(finished=True)
    assert not ledger.finish_if_settled(dispatch.pk)


def test_stop_cancels_what_has_not_left():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    assert ledger.stop(dispatch.pk)
    assert balance(dispatch.pk).cancelled == 5
    assert balance(dispatch.pk).adds_up
    assert claims.claim() is None
    assert not ledger.stop(dispatch.pk)


def test_stop_leaves_what_is_on_the_wire_to_its_answer():
    dispatch = factories.make_sending_dispatch(factories.addresses_of(5))
    held = claims.claim()
    first = Message.objects.filter(dispatch=dispatch).order_by("id")[1].pk
    assert claims.advance_intent(held, to_id=first)
    ledger.stop(dispatch.pk)
    assert (balance(dispatch.pk).queued, balance(dispatch.pk).cancelled) == (2, 3)


def test_a_paused_dispatch_hands_out_nothing_until_it_is_resumed():
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    assert ledger.pause(dispatch.pk, reason="Lunch.")
    assert claims.claim() is None
    assert not ledger.pause(dispatch.pk, reason="Again.")
    assert ledger.resume(dispatch.pk)
    assert claims.claim() is not None
    assert not ledger.resume(dispatch.pk)

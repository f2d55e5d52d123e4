"""Two at once, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from contacts.models import Confirmation, ConsentRecord, Subscription
from contacts.services import confirmation_mail, consent, leaving, signups
from contacts.services.signups import Answer
from mailhub.delivery.models import Suppression
from tests.contacts import makers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread with its own connection, all starting together."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        together.wait(timeout=10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_clicks_on_a_confirmation_confirm_once() -> None:
    news = makers.make_list(opt_in="double")
    signups.start(makers.make_contact(), news, method="form")
    token = confirmation_mail.link(Confirmation.objects.get(), brand=news.brand).rpartition("/")[2]

    asked = at_once(*[lambda: signups.confirm(token)] * 4)

    assert sorted(one.answer for one in asked) == [Answer.ALREADY] * 3 + [Answer.CONFIRMED]
    assert ConsentRecord.objects.filter(action="confirmed").count() == 1


def test_two_one_clicks_are_one_withdrawal() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    payload = makers.payload_of(ann, news, dispatch_id=1, message_id=1)

    at_once(*[lambda: leaving.leave(payload, method="one_click")] * 4)

    assert ConsentRecord.objects.filter(action="withdrawn").count() == 1
    assert Suppression.objects.count() == 1


def test_leaving_and_coming_at_once_leaves_records_that_tell_the_truth() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    at_once(
        lambda: consent.withdraw(ann, news, method="page"),
        lambda: consent.grant(ann, news, method="preferences", confirmed=True),
        lambda: consent.withdraw_everything(ann, method="preferences"),
    )

    assert consent.rebuild(ann) == {news.pk: Subscription.objects.get().state}

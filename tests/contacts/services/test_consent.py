"""Agreeing, leaving and coming back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts import signals
from contacts.models import ConsentRecord, Contact, List, Subscription
from contacts.services import consent
from contacts.services.evidence import Evidence
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def state_of(contact: Contact, list_: List) -> str:
    return (
        Subscription.objects.filter(contact=contact, list=list_).values_list("state", flat=True).first() or ""
    )


def test_granting_subscribes_and_keeps_the_proof() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    evidence = Evidence(ip="192.0.2.7", user_agent="Browser", wording="Send me news", form_version="3")

    assert consent.grant(ann, news, method="form", source="footer form", evidence=evidence)

    record = ConsentRecord.objects.get()
    assert state_of(ann, news) == "subscribed"
    assert (record.action, record.basis, record.method, record.source) == (
        "granted",
        "express",
        "form",
        "footer form",
    )
    assert (record.ip, record.wording, record.form_version) == ("192.0.2.7", "Send me news", "3")
    assert (record.contact, record.list_id, record.list_name) == (ann, news.pk, "News")


def test_withdrawing_unsubscribes_suppresses_and_ends_open_confirmations() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    consent.withdraw(ann, news, method="staff", evidence=Evidence(actor="cy"))

    assert state_of(ann, news) == "unsubscribed"
    row = Suppression.objects.get()
    assert (row.address_hash, row.scope_key, row.reason) == (ann.address_hash, news.key, "unsubscribed")
    assert ConsentRecord.objects.latest("pk").actor == "cy"


def test_withdrawing_twice_is_the_same_as_once() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    consent.withdraw(ann, news, method="page")
    consent.withdraw(ann, news, method="page")

    assert ConsentRecord.objects.filter(action="withdrawn").count() == 1
    assert Suppression.objects.count() == 1


def test_withdrawing_works_when_contact_and_list_are_gone() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    hashed, number = ann.address_hash, news.pk
    ann.delete()
    news.delete()

    consent.withdraw(hashed, number, method="one_click")
    consent.withdraw(hashed, number, method="one_click")

    record = ConsentRecord.objects.get(action="withdrawn")
    assert (record.contact, record.address_hash, record.list_id, record.list_name) == (
        None,
        hashed,
        number,
        "News",
    )
    assert suppression.stopping(hashed, scope_keys=[f"list:{number}"]) is not None


def test_a_hash_finds_its_contact() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    consent.withdraw(ann.address_hash, news.pk, method="one_click")

    assert state_of(ann, news) == "unsubscribed"


def test_nobody_who_left_is_revived_without_their_own_act() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    consent.withdraw(ann, news, method="page")

    assert not consent.grant(ann, news, method="staff")

    assert state_of(ann, news) == "unsubscribed"
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("reason", ["complaint", "manual", "erased", "hard_bounce"])
def test_nobody_who_is_suppressed_is_subscribed_without_their_own_act(reason: str) -> None:
    ann, news = makers.make_contact(), makers.make_list()
    suppression.suppress(ann.address_hash, reason=reason)

    assert not consent.grant(ann, news, method="api")

    assert not Subscription.objects.exists()


def test_the_persons_own_act_lifts_unsubscribed_erased_and_soft_bounces_but_no_complaint() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    for reason in ("unsubscribed", "erased", "soft_bounce", "complaint"):
        suppression.suppress(ann.address_hash, reason=reason)
    suppression.suppress(ann.address_hash, reason="unsubscribed", scope_key=news.key)

    assert consent.grant(ann, news, method="preferences", confirmed=True)

    assert list(Suppression.objects.values_list("reason", flat=True)) == ["complaint"]


def test_leaving_everything_covers_lists_to_come() -> None:
    ann, news, offers = makers.make_contact(), makers.make_list(), makers.make_list("Offers")
    makers.subscribe(ann, news)
    consent.request(ann, offers, method="form")

    consent.withdraw_everything(ann, method="preferences")

    assert {state_of(ann, news), state_of(ann, offers)} == {"unsubscribed"}
    assert suppression.stopping(ann.address_hash) is not None
    assert not consent.grant(ann, makers.make_list("More"), method="api")


def test_an_undo_restores_what_was_before() -> None:
    ann, news, offers = makers.make_contact(), makers.make_list(), makers.make_list("Offers")
    until = clock.now() + timedelta(days=9)
    makers.subscribe(ann, news, basis="implied", basis_expires_at=until)
    consent.request(ann, offers, method="form")
    for list_ in (news, offers):
        consent.withdraw(ann, list_, method="page")
        assert consent.restore(ann, list_, method="page")

    assert (state_of(ann, news), state_of(ann, offers)) == ("subscribed", "pending")
    assert Subscription.objects.get(list=news).basis_expires_at == until
    assert not Suppression.objects.exists()


def test_an_undo_comes_too_late_after_a_week_and_is_refused_to_who_never_left() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    assert not consent.restore(ann, news, method="page")
    consent.withdraw(ann, news, method="page")

    with clock.frozen(clock.now() + consent.UNDO_WINDOW + timedelta(seconds=1)):
        assert not consent.restore(ann, news, method="page")

    assert state_of(ann, news) == "unsubscribed"


def test_express_consent_is_not_shortened_by_implied_consent() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    makers.subscribe(ann, news, basis="implied", basis_expires_at=clock.now())

    assert Subscription.objects.get().basis_expires_at is None


def test_news_of_it_goes_up_after_commit(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[tuple[str, list[int], int]] = []

    def listen(sender: object, kind: str, contact_ids: list[int], list_id: int, **_: object) -> None:
        heard.append((kind, contact_ids, list_id))

    signals.happened.connect(listen)
    ann, news = makers.make_contact(), makers.make_list()

    with django_capture_on_commit_callbacks(execute=True):
        makers.subscribe(ann, news)
        consent.withdraw(ann, news, method="page")
        assert heard == []

    assert heard == [
        (signals.SUBSCRIBED, [ann.pk], news.pk),
        (signals.UNSUBSCRIBED, [ann.pk], news.pk),
    ]


ACTS = {
    "grant": lambda ann, list_: consent.grant(ann, list_, method="api"),
    "own grant": lambda ann, list_: consent.grant(ann, list_, method="preferences", confirmed=True),
    "request": lambda ann, list_: consent.request(ann, list_, method="form"),
    "confirm": consent.confirm,
    "withdraw": lambda ann, list_: consent.withdraw(ann, list_, method="page"),
    "withdraw by hash": lambda ann, list_: consent.withdraw(ann.address_hash, list_.pk, method="one_click"),
    "withdraw everything": lambda ann, list_: consent.withdraw_everything(ann, method="preferences"),
    "restore": lambda ann, list_: consent.restore(ann, list_, method="page"),
    "lapse": consent.lapse,
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.booleans()), max_size=14))
def test_the_records_alone_tell_where_everybody_stands(acts: list[tuple[str, bool]], db: None) -> None:
    # Somebody new for each try: nobody's records can be taken away.
    ann = makers.make_contact(f"ann{Contact.objects.count()}@example.org")
    lists = [List.objects.filter(slug=slug).first() or makers.make_list(slug) for slug in ("a", "b")]

    for name, first in acts:
        ACTS[name](ann, lists[0] if first else lists[1])

        kept = dict(Subscription.objects.filter(contact=ann).values_list("list_id", "state"))
        assert consent.rebuild(ann) == kept

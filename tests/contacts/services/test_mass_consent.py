from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contacts import signals
from contacts.models import ConsentRecord, Contact, List, Subscription
from contacts.services import consent, journal, mass_consent
from contacts.services.evidence import Act, Evidence
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from tests.contacts import makers

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOON, LATER = AT + timedelta(days=30), AT + timedelta(days=300)


def act(**fields: Any) -> Act:
    return Act("staff", "Fair in Hanover", "express", evidence=Evidence(actor="ann"), at=AT, **fields)


def make_people(list_: List) -> dict[str, Contact]:
    """One person of every standing."""
    names = "new pending subscribed implied left suppressed brand other_list".split()
    people = {name: makers.make_contact(f"{name}@example.org") for name in names}
    consent.request(people["pending"], list_, method="form")
    makers.subscribe(people["subscribed"], list_)
    makers.subscribe(people["implied"], list_, basis="implied", basis_expires_at=SOON)
    makers.subscribe(people["left"], list_)
    consent.withdraw(people["left"], list_, method="one_click")
    suppression.suppress(people["suppressed"].address_hash, reason="complaint")
    suppression.suppress(people["brand"].address_hash, reason="manual", scope_key=f"brand:{list_.brand_id}")
    suppression.suppress(people["other_list"].address_hash, reason="unsubscribed", scope_key="list:999")
    return people


def ids(people: dict[str, Contact]) -> list[int]:
    return [person.pk for person in people.values()]


def test_only_who_may_be_is_subscribed_and_the_rest_is_counted_by_its_reason() -> None:
    list_ = makers.make_list()
    people = make_people(list_)
    counts = mass_consent.grant(ids(people), list_, act=act())
    assert counts == {"added": 3, "extended": 1, "already": 1, "unsubscribed": 1, "suppressed": 2}
    states = dict(Subscription.objects.values_list("contact__email", "state"))
    assert states["left@example.org"] == "unsubscribed"
    assert states["new@example.org"] == states["pending@example.org"] == "subscribed"
    assert "suppressed@example.org" not in states and "brand@example.org" not in states


@pytest.mark.parametrize("ends", [None, LATER, AT + timedelta(days=1)])
def test_many_at_once_end_where_one_by_one_ends(ends: datetime | None) -> None:
    list_ = makers.make_list()

    def many(people: dict[str, Contact]) -> None:
        mass_consent.grant(ids(people), list_, act=act(basis_expires_at=ends))

    def one_by_one(people: dict[str, Contact]) -> None:
        for person in people.values():
            consent.grant(person, list_, method="staff", basis_expires_at=ends, source="Fair")

    found = []
    for grant in (many, one_by_one):
        Contact.objects.all().delete()
        Suppression.objects.all().delete()
        grant(make_people(list_))
        rows = Subscription.objects.order_by("contact__email")
        found.append(list(rows.values_list("contact__email", "state", "basis_expires_at")))
    assert found[0] == found[1] and len(found[0]) == 6


def test_each_subscription_has_its_proof_and_can_be_rebuilt_from_it() -> None:
    list_ = makers.make_list()
    people = make_people(list_)
    mass_consent.grant(ids(people), list_, act=act())
    record = ConsentRecord.objects.get(contact=people["new"])
    assert (record.action, record.method, record.source, record.actor) == (
        "granted",
        "staff",
        "Fair in Hanover",
        "ann",
    )
    for person in people.values():
        kept = dict(Subscription.objects.filter(contact=person).values_list("list_id", "state"))
        assert journal.rebuild(person) == kept


def test_twice_is_the_same_as_once() -> None:
    list_ = makers.make_list()
    people = make_people(list_)
    mass_consent.grant(ids(people), list_, act=act())
    records = ConsentRecord.objects.count()
    assert mass_consent.grant(ids(people), list_, act=act())["already"] == 5
    assert ConsentRecord.objects.count() == records


def test_who_is_removed_has_left_and_staff_cannot_bring_them_back() -> None:
    list_ = makers.make_list()
    people = make_people(list_)
    counts = mass_consent.withdraw(ids(people), list_, act=act())
    assert counts == {"removed": 3, "not_on": 5}
    assert not Subscription.objects.exclude(state="unsubscribed").exists()
    hashed = people["subscribed"].address_hash
    assert suppression.stopping(hashed, scope_keys=[list_.key]) is not None
    assert mass_consent.grant([people["subscribed"].pk], list_, act=act()) == {"unsubscribed": 1}
    for person in people.values():
        kept = dict(Subscription.objects.filter(contact=person).values_list("list_id", "state"))
        assert journal.rebuild(person) == kept


@pytest.mark.django_db(transaction=True)
def test_news_of_them_goes_upstairs_once_a_batch() -> None:
    heard: list[Any] = []

    def listen(sender: object, *, kind: str, contact_ids: list[int], list_id: int, **_: Any) -> None:
        heard.append((kind, len(contact_ids), list_id))

    list_ = makers.make_list()
    people = [makers.make_contact(f"p{number}@example.org") for number in range(3)]
    signals.happened.connect(listen)
    mass_consent.grant([person.pk for person in people], list_, act=act())
    signals.happened.disconnect(listen)
    assert heard == [(signals.SUBSCRIBED, 3, list_.pk)]

"""What an undo takes back, and what it leaves because somebody has built upon it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contacts.importing import importer, undo
from contacts.importing.importer import Order
from contacts.importing.watching import Nobody
from contacts.models import (
    ConsentRecord,
    Contact,
    ContactTag,
    CustomField,
    Import,
    ImportState,
    List,
    Subscription,
)
from contacts.services import consent, journal, lists, people
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import AddressRecord, Suppression
from mailhub.delivery.services import brands, events, suppression
from mailhub.delivery.services.events import NewEvent
from mailhub.lib import clock

pytestmark = pytest.mark.django_db
Make = Callable[..., Order]


def undone(run: Import) -> Import:
    undo.begin(run)
    return undo.perform(run, actor="bo")


def imported(order: Order) -> Import:
    result = importer.run(order)
    return Import.objects.get(pk=result.id)


def news(slug: str = "news") -> List:
    return lists.get_or_create(slug, brand=brands.default())[0]


def contact(email: str) -> Contact:
    return Contact.objects.get(email_key=email)


def snapshot() -> dict[str, Any]:
    """Everything that an import may touch, but for the append-only proof."""
    return {
        "contacts": list(Contact.objects.order_by("email_key").values()),
        "tags": list(ContactTag.objects.order_by("pk").values("contact_id", "tag__key", "created_at")),
        "subscriptions": list(
            Subscription.objects.order_by("contact_id", "list_id").values(
                "contact_id", "list_id", "state", "basis_expires_at"
            )
        ),
        "suppressions": list(Suppression.objects.order_by("pk").values()),
    }


def rebuilt() -> dict[int, dict[int, str]]:
    """Where everybody stands by the records alone, and by the subscriptions."""
    by_records = {person.pk: journal.rebuild(person) for person in Contact.objects.all()}
    kept: dict[int, dict[int, str]] = {person.pk: {} for person in Contact.objects.all()}
    for row in Subscription.objects.all():
        kept[row.contact_id][row.list_id] = row.state
    assert by_records == kept
    return kept


def test_people_whom_the_import_made_go(order: Make) -> None:
    run = imported(order("email,tags\nann@example.org,vip\nbo@example.org,\n"))
    run = undone(run)
    assert (run.state, Contact.objects.count()) == (ImportState.UNDONE, 0)
    assert run.undo_counts == {"created_delete": 2, "people": 2, "subscriptions": 2, "suppressions": 0}
    actions = ConsentRecord.objects.order_by("pk").values_list("action", "contact", "actor")
    assert list(actions) == [("granted", None, "")] * 2 + [("undone", None, "bo")] * 2


def test_the_former_values_come_back(order: Make) -> None:
    CustomField.objects.create(key="points", label="Points", type="number")
    ann = people.create("ann@example.org", values={"city": "Bonn"}, custom={"points": 3})
    people.add_tags(ann, ["old"])
    before = snapshot()
    run = imported(order("email,city,points,club,tags\nann@example.org,Kiel,7,Gold,new\n"))
    assert contact("ann@example.org").custom == {"points": 7, "club": "Gold"}
    undone(run)
    assert snapshot() == before


def test_who_was_edited_since_keeps_the_data_but_not_the_subscription(order: Make) -> None:
    run = imported(order("email,city\nann@example.org,Kiel\n"))
    people.update(contact("ann@example.org"), values={"city": "Ulm"})
    run = undone(run)
    assert contact("ann@example.org").city == "Ulm"
    assert run.undo_counts["created_edited"] == 1
    assert rebuilt() == {contact("ann@example.org").pk: {}}


def test_who_was_mailed_since_stays(order: Make) -> None:
    run = imported(order("email\nann@example.org\nbo@example.org\n"))
    AddressRecord.objects.create(address_hash=address_hash("ann@example.org"), last_marketing_at=clock.now())
    assert undo.foresee(run).stays == {"mailed": 1}
    assert undone(run).undo_counts["created_mailed"] == 1
    assert [person.email for person in Contact.objects.all()] == ["ann@example.org"]


def test_who_joined_another_list_since_stays_on_it(order: Make) -> None:
    run = imported(order("email\nann@example.org\n"))
    ann, other = contact("ann@example.org"), news("other")
    consent.grant(ann, other, method="form")
    undone(run)
    assert rebuilt() == {ann.pk: {other.pk: "subscribed"}}


def test_who_left_the_list_since_stays_away(order: Make) -> None:
    people.create("ann@example.org")
    run = imported(order("email\nann@example.org\n"))
    ann = contact("ann@example.org")
    consent.withdraw(ann, news(), method="page")
    run = undone(run)
    assert rebuilt() == {ann.pk: {news().pk: "unsubscribed"}}
    assert suppression.stopping(ann.address_hash, scope_keys=[news().key])


def test_an_implied_consent_keeps_its_end(order: Make) -> None:
    ann, ends_at = people.create("ann@example.org"), clock.now() + timedelta(days=90)
    consent.grant(ann, news(), method="staff", basis="implied", basis_expires_at=ends_at)
    before = snapshot()
    run = imported(order("email\nann@example.org\n"))
    assert Subscription.objects.get().basis_expires_at is None
    undone(run)
    assert snapshot() == before


def test_suppressions_of_the_file_are_lifted_unless_the_address_has_confirmed_them(order: Make) -> None:
    suppression.suppress(address_hash("di@example.org"), reason="hard_bounce", source="bounce")
    run = imported(
        order("email,status\nann@example.org,bounced\nbo@example.org,spam\ndi@example.org,bounced\n")
    )
    hit = NewEvent(
        dispatch_id=1,
        message_id=None,
        contact_id=None,
        address_hash=address_hash("bo@example.org"),
        type="complained",
        occurred_at=clock.now(),
        dedupe_key="complaint",
    )
    events.record([hit])
    assert undo.foresee(run).suppressions == 1
    undone(run)
    assert set(Suppression.objects.values_list("address_hash", "reason")) == {
        (address_hash("bo@example.org"), "complaint"),
        (address_hash("di@example.org"), "hard_bounce"),
    }


def test_who_was_taken_off_the_list_by_the_file_is_on_it_again(order: Make) -> None:
    ann = people.create("ann@example.org")
    consent.grant(ann, news(), method="form")
    before = snapshot()
    run = imported(order("email,status\nann@example.org,unsubscribed\n"))
    assert rebuilt() == {ann.pk: {news().pk: "unsubscribed"}}
    undone(run)
    assert snapshot() == before
    assert rebuilt() == {ann.pk: {news().pk: "subscribed"}}


def test_undoing_two_imports_in_turn_leads_back_to_the_beginning(order: Make) -> None:
    people.create("ann@example.org", values={"city": "Bonn"})
    before = snapshot()
    first = imported(order("email,city\nann@example.org,Kiel\nbo@example.org,Ulm\n"))
    second = imported(order("email,city\nann@example.org,Trier\nbo@example.org,Trier\n", name="two.csv"))
    undone(second)
    undone(first)
    assert snapshot() == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_file_holds_an_undo_leads_back_to_what_was_before(
    order: Make, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "PEOPLE_AT_ONCE", 7)
    chance = random.Random(seed)
    _settle(chance)
    before, stood = snapshot(), rebuilt()
    run = imported(order(_file(chance)))
    rebuilt()
    forecast = undo.foresee(run)
    run = undone(run)
    assert snapshot() == before
    assert rebuilt() == stood
    assert forecast.deleted == run.undo_counts.get("created_delete", 0) == run.created_count
    assert forecast.restored == run.undo_counts.get("updated_restore", 0)
    assert forecast.subscriptions == run.undo_counts.get("subscriptions", 0)
    assert forecast.suppressions == run.undo_counts["suppressions"]


def _settle(chance: random.Random) -> None:
    """Twenty people in every kind of standing."""
    CustomField.objects.create(key="points", label="Points", type="number")
    topic = news()
    for number in range(20):
        person = people.create(
            f"p{number}@example.org",
            values={"city": chance.choice(["", "Bonn", "Kiel"])},
            custom={"points": chance.choice([None, 1, 2])},
        )
        people.add_tags(person, chance.sample(["a", "b", "c"], chance.randrange(3)))
        match chance.randrange(6):
            case 0:
                consent.grant(person, topic, method="form")
            case 1:
                ends_at = clock.now() + timedelta(days=30)
                consent.grant(person, topic, method="form", basis="implied", basis_expires_at=ends_at)
            case 2:
                consent.request(person, topic, method="form")
            case 3:
                consent.withdraw(person, topic, method="page")
            case 4:
                suppression.suppress(person.address_hash, reason="complaint")


def _file(chance: random.Random) -> str:
    rows = ["email,city,points,tags,status"]
    for number in chance.sample(range(30), 24):
        cells = [
            f"P{number}@Example.org",
            chance.choice(["", "Bonn", "Trier"]),
            chance.choice(["", "1", "9"]),
            chance.choice(["", "a", "b; d"]),
            chance.choice(["subscribed", "subscribed", "unsubscribed", "bounced", "never", "spam"]),
        ]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def test_an_interrupted_undo_goes_on_where_it_stopped(order: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "PEOPLE_AT_ONCE", 2)
    run = imported(order("email\n" + "".join(f"p{number}@example.org\n" for number in range(5))))
    undo.begin(run)

    class Fault(Nobody):
        def merged(self, position: int) -> None:
            raise OSError("The power is gone.")

    with pytest.raises(OSError, match="power"):
        undo.perform(run, actor="bo", watch=Fault())
    assert Contact.objects.count() == 3
    run = undo.perform(run, actor="bo")
    assert (run.undo_counts["created_delete"], Contact.objects.count()) == (5, 0)


def test_an_import_is_undone_once(order: Make) -> None:
    run = undone(imported(order("email\nann@example.org\n")))
    undo.begin(run)
    assert Import.objects.get().state == ImportState.UNDONE


def test_a_running_import_is_not_undone(order: Make) -> None:
    run = imported(order("email\nann@example.org\n"))
    Import.objects.update(state=ImportState.RUNNING)
    with pytest.raises(undo.NothingToUndo):
        undo.begin(run)

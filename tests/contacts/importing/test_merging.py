"""What the merge of a batch does when others write to the contacts at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from contacts.importing import importer, merging
from contacts.importing.importer import Order
from contacts.models import ConsentRecord, Contact, ImportChange, Subscription
from contacts.services import people

Make = Callable[..., Order]
TEXT = "email,first name\nann@example.org,Ann\nbo@example.org,Bo\ncy@example.org,Cy\n"


@pytest.mark.django_db
def test_somebody_who_comes_between_the_decision_and_the_adding_stays_as_he_is(order: Make) -> None:
    came: list[Contact] = []

    def come(execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO contacts_contact (" in statement and not came:
            came.append(people.create("bo@example.org", values={"first_name": "Robert"}))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(come):
        result = importer.run(order(TEXT))
    assert result.rows == 3
    bo = Contact.objects.get(email_key="bo@example.org")
    assert (bo.pk, bo.first_name) == (came[0].pk, "Robert")
    everybody = set(Contact.objects.values_list("pk", flat=True))
    assert len(everybody) == 3
    for model in (Subscription, ConsentRecord, ImportChange):
        assert set(model.objects.values_list("contact_id", flat=True)) == everybody


@pytest.mark.django_db
def test_every_contact_keeps_its_own_values_over_several_batches(
    order: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(merging.ROWS_AT_ONCE, connection.vendor, 10)
    # Not in the order of the addresses, in which new people are added.
    names = [f"p{number * 37 % 50:02}" for number in range(50)]
    importer.run(order("email,first name\n" + "".join(f"{name}@example.org,{name}\n" for name in names)))
    rows = Contact.objects.order_by("pk").values_list("email", "first_name", "consent_records__address_hash")
    assert len(rows) == 50
    hashes = dict(Contact.objects.values_list("email", "address_hash"))
    assert all(email == f"{name}@example.org" and hashed == hashes[email] for email, name, hashed in rows)

"""Consent records are written once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from contacts.models import ConsentRecord, List
from contacts.services.evidence import Evidence
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def make_record() -> ConsentRecord:
    evidence = Evidence(ip="192.0.2.1", user_agent="Browser", wording="Send me news")
    makers.subscribe(makers.make_contact(), makers.make_list(), evidence=evidence)
    return ConsentRecord.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "withdrawn"},
        {"wording": "Something else"},
        {"occurred_at": "2020-01-01T00:00:00Z"},
        {"list_id": 99},
        {"import_id": 5},
        {"ip": "192.0.2.2"},
        {"user_agent": "Another"},
    ],
)
def test_the_database_refuses_to_change_a_fact(change: dict[str, object]) -> None:
    record = make_record()

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        ConsentRecord.objects.filter(pk=record.pk).update(**change)


def test_erasure_may_take_away_what_identifies_the_person() -> None:
    record = make_record()
    assert record.contact is not None

    record.contact.delete()
    ConsentRecord.objects.update(ip=None, user_agent="")

    record.refresh_from_db()
    assert (record.contact_id, record.ip, record.user_agent) == (None, None, "")
    assert record.action == "granted"


def test_the_database_refuses_to_delete_a_record() -> None:
    record = make_record()

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        record.delete()
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        ConsentRecord.objects.all()._raw_delete(using="default")

    assert ConsentRecord.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_the_guard_is_still_there_after_the_tables_were_emptied_between_tests(turn: int) -> None:
    assert not ConsentRecord.objects.exists()
    record = make_record()

    with pytest.raises(DatabaseError, match="written once"):
        record.delete()


def test_a_record_outlives_its_list_and_its_contact() -> None:
    record = make_record()
    assert record.contact is not None

    record.contact.delete()
    List.objects.get().delete()

    assert ConsentRecord.objects.get().list_name == "News"


def test_a_record_cannot_be_given_to_somebody_else() -> None:
    record, bo = make_record(), makers.make_contact("bo@example.org")

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        ConsentRecord.objects.filter(pk=record.pk).update(contact=bo)

"""What browsing a million people relies on is there, and still refuses what it refused."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from contacts.models import Contact
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def definition(index: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def test_two_contacts_cannot_have_one_hash() -> None:
    ann = makers.make_contact("ann@example.org")
    bo = makers.make_contact("bo@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.filter(pk=bo.pk).update(address_hash=ann.address_hash)


def test_on_postgresql_the_hash_tells_the_number_without_the_row() -> None:
    if connection.vendor == "postgresql":
        assert definition("contact_once_per_address_hash").endswith("(address_hash) INCLUDE (id)")


@pytest.mark.parametrize(
    ("index", "columns"),
    [
        ("contact_by_change", "(updated_at, id)"),
        ("address_opened", "(last_opened_at) WHERE (last_opened_at IS NOT NULL)"),
        ("address_clicked", "(last_clicked_at) WHERE (last_clicked_at IS NOT NULL)"),
    ],
)
def test_on_postgresql_the_conditions_have_their_indexes(index: str, columns: str) -> None:
    if connection.vendor == "postgresql":
        assert definition(index).endswith(columns)

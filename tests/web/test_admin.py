"""Big tables in the admin: counted so far, paged to the end."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from mailhub.delivery.models import AddressRecord
from mailhub.web.admin import CappedPaginator

pytestmark = pytest.mark.django_db
LIST = "admin:delivery_addressrecord_changelist"


@pytest.fixture
def a_table_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """170 rows, and a limit at 100: two pages are counted, four are there."""
    monkeypatch.setattr(CappedPaginator, "LIMIT", 100)
    AddressRecord.objects.bulk_create(AddressRecord(address_hash=f"{number:032}") for number in range(170))


@pytest.mark.usefixtures("a_table_beyond_the_limit")
def test_a_large_table_says_that_there_are_more(admin_client: Client) -> None:
    page = admin_client.get(reverse(LIST)).content.decode()
    assert "more than 100 address records; search" in page
    assert "?p=3" in page


@pytest.mark.usefixtures("a_table_beyond_the_limit")
def test_pages_beyond_the_limit_are_reached(admin_client: Client) -> None:
    third = admin_client.get(reverse(LIST), {"p": 3})
    assert third.status_code == 200
    assert "?p=4" in third.content.decode()

    last = admin_client.get(reverse(LIST), {"p": 4})
    assert last.status_code == 200
    assert "?p=5" not in last.content.decode()
    assert len(last.context["cl"].result_list) == 20


@pytest.mark.usefixtures("a_table_beyond_the_limit")
@pytest.mark.parametrize("number", ["5", "0", "99999999999999999999999", "x"])
def test_a_page_that_is_not_there_is_no_error(admin_client: Client, number: str) -> None:
    assert admin_client.get(reverse(LIST), {"p": number}, follow=True).status_code == 200


def test_where_the_counting_stopped_is_not_told_as_a_result(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CappedPaginator, "LIMIT", 55)
    Contact.objects.bulk_create(
        Contact(email=name, email_key=name, address=name, address_hash=f"{number:032}")
        for number, name in enumerate(f"person-{number}@example.org" for number in range(60))
    )
    page = admin_client.get(reverse("admin:contacts_contact_changelist"), {"q": "person-"}).content.decode()
    assert "more than 55 contacts" in page
    assert "56" not in page.partition("<tbody>")[0]  # what the counting came to
    assert "across all pages" not in page


def test_a_small_table_is_counted(admin_client: Client) -> None:
    AddressRecord.objects.create(address_hash="0" * 32)
    assert "1 address record" in admin_client.get(reverse(LIST)).content.decode()

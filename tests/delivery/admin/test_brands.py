"""Brands in the admin: the checks of the command, beside their fields."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mailhub.delivery.models import Brand
from tests import factories

pytestmark = pytest.mark.django_db


def change(client: Client, brand: Brand, **changes: str) -> str:
    data = {
        "name": brand.name,
        "postal_address": brand.postal_address,
        "sender_name": "",
        "sender_address": brand.sender_address,
        "language": "en",
        **changes,
    }
    url = reverse("admin:delivery_brand_change", args=[brand.pk])
    return client.post(url, data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Acme\x1b", "control character"),
        ("sender_name", "Ann\r\nBcc: x@example.org", "control character"),
        ("sender_address", "not-an-address", "not an e-mail address"),
        ("sender_address", "boss@gmail.com", "mailbox provider"),
        ("public_url", "https://example.org/path", "not a public URL"),
    ],
)
def test_what_the_command_refuses_is_refused_beside_its_field(
    admin_client: Client, field: str, value: str, sentence: str
) -> None:
    brand = factories.make_brand()
    page = change(admin_client, brand, **{field: value})
    assert sentence in page
    assert f'id="id_{field}_error"' in page
    assert getattr(Brand.objects.get(), field) == getattr(brand, field)


def test_a_brand_is_changed_and_may_be_without_sender(admin_client: Client) -> None:
    brand = factories.make_brand(sender_address=factories.SENDER)
    change(admin_client, brand, sender_name="Ann at Acme", sender_address="news@bücher.example")
    brand.refresh_from_db()
    assert (brand.sender_name, brand.sender_address) == ("Ann at Acme", "news@xn--bcher-kva.example")
    change(admin_client, brand, sender_address="")
    brand.refresh_from_db()
    assert brand.sender_address == ""

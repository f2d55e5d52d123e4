"""The brand, its service and its command."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands
from mailhub.lib.errors import UserError

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("brand", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_brand_is_made_once() -> None:
    Brand.objects.all().delete()
    assert brands.default().name == "MailHub"
    brands.update(brands.default(), name="Ann's Bakery")
    assert brands.default().name == "Ann's Bakery"
    assert Brand.objects.count() == 1


def test_a_brand_keeps_what_is_not_given() -> None:
    brand = brands.update(brands.default(), postal_address="Ann's Bakery\n 1  High Street \n\nOxford")
    brands.update(brand, sender="Ann, of the Bakery <ann@Example.ORG>")
    brand.refresh_from_db()
    assert brand.postal_address == "Ann's Bakery\n1 High Street\nOxford"
    assert (brand.sender_name, brand.sender_address) == ("Ann, of the Bakery", "ann@example.org")
    assert brand.name == "MailHub"


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "120"),
        ({"postal_address": " \n "}, "postal address is empty"),
        ({"public_url": "mail.example.org"}, "https://mail.example.org"),
        ({"public_url": "https://mail.example.org/path"}, "https://mail.example.org"),
        ({"public_url": "https://mail.example.org:99999"}, "https://mail.example.org"),
        ({"sender": "Ann"}, "not an e-mail address"),
        ({"sender": "Ann\r\nBcc: cy@example.com <ann@example.org>"}, "control character"),
        ({"sender": "Ann <ann@gmail.com>"}, "gmail.com belongs to a mailbox provider"),
    ],
)
def test_what_a_brand_cannot_have_is_refused_with_a_sentence(values: dict[str, str], complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        brands.update(brands.default(), **values)


def test_one_wrong_value_changes_nothing() -> None:
    with pytest.raises(UserError):
        brands.update(brands.default(), name="Ann's Bakery", sender="nobody")
    assert brands.default().name == "MailHub"


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("ann@example.org", "", "ann@example.org"),
        ("<ann@example.org>", "", "ann@example.org"),
        ('"Ann \\"A\\" Smith" <ann@example.org>', 'Ann "A" Smith', "ann@example.org"),
        ("Änn <änn@bücher.example>", "Änn", "änn@xn--bcher-kva.example"),
    ],
)
def test_a_sender_is_read_with_or_without_a_name(text: str, name: str, address: str) -> None:
    assert brands.parse_sender(text) == brands.Sender(name, address)


def test_the_command_sets_and_shows_the_brand() -> None:
    run(
        "--name",
        "Ann's Bakery",
        "--postal-address",
        "1 High Street\\nOxford",
        "--sender",
        "Ann <ann@example.org>",
    )
    assert json.loads(run("--json")) == {
        "name": "Ann's Bakery",
        "postal_address": "1 High Street\nOxford",
        "public_url": "",
        "sender": "Ann <ann@example.org>",
    }
    assert run().splitlines()[1:3] == ["postal_address  1 High Street", "                Oxford"]


def test_the_command_refuses_with_a_sentence() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        run("--sender", "nobody")

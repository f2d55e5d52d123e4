"""The senders of a brand, and its usual one."""

from __future__ import annotations

import pytest

from mailhub.delivery.models import Sender
from mailhub.delivery.selectors import senders as reading
from mailhub.delivery.services import brands, domains, senders
from mailhub.delivery.services.senders import SenderUnfit

pytestmark = pytest.mark.django_db


def test_the_first_sender_is_the_brands_usual_one() -> None:
    brand = brands.default()
    sender = senders.add(brand, name="Ann", address="ann@Example.ORG")
    brand.refresh_from_db()
    assert (brand.sender_name, brand.sender_address) == ("Ann", "ann@example.org")
    assert sender.is_default
    assert not senders.add(brand, name="Bo", address="bo@example.org").is_default


def test_a_sender_that_the_command_sets_is_among_them() -> None:
    brands.update(brands.default(), sender="Ann <ann@example.org>")
    brands.update(brands.default(), sender="Bo <bo@example.org>")
    assert [str(sender) for sender in reading.choices(brands.default())] == [
        "Bo <bo@example.org>",
        "Ann <ann@example.org>",
    ]


def test_changing_the_usual_sender_changes_the_brand() -> None:
    sender = senders.add(brands.default(), name="Ann", address="ann@example.org")
    senders.change(sender, name="Ann B", address="ann.b@example.org", reply_to="help@example.org")
    brand = brands.default()
    assert (brand.sender_name, brand.sender_address) == ("Ann B", "ann.b@example.org")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"address": "ann@gmail.com"}, "address"),
        ({"address": "ann"}, "address"),
        ({"address": "taken@example.org"}, "address"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"name": "Ann\r\nBcc: cy@example.com"}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_what_a_sender_cannot_be_is_refused_beside_its_field(values: dict[str, str], field: str) -> None:
    senders.add(brands.default(), name="", address="taken@example.org")
    with pytest.raises(SenderUnfit) as caught:
        senders.add(brands.default(), **{"name": "Ann", "address": "ann@example.org", **values})
    assert caught.value.field == field


def test_the_usual_sender_goes_only_as_the_last() -> None:
    brand = brands.default()
    first = senders.add(brand, name="", address="ann@example.org")
    other = senders.add(brand, name="", address="bo@example.org")
    with pytest.raises(SenderUnfit, match="usual sender"):
        senders.remove(first)
    senders.remove(other)
    senders.remove(first)
    brand.refresh_from_db()
    assert (brand.sender_address, Sender.objects.count()) == ("", 0)


def test_a_domain_is_not_removed_under_its_senders() -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    sender = senders.add(brands.default(), name="", address="ann@example.org")
    (standing,) = reading.standings()
    assert (standing.domain, standing.can_send) == (domain, False)
    with pytest.raises(domains.DomainRefused, match=r"in use by ann@example\.org"):
        domains.remove(domain)
    senders.remove(sender)
    domains.remove(domain)
    assert domains.signer_for("example.org") is None

"""How a domain's page compares what is expected with what is found."""

from __future__ import annotations

import pytest

from mailhub.delivery.selectors import domain_pages
from mailhub.delivery.services import brands, dns_records, domains


def marked(expected: str, found: str) -> list[str]:
    return [piece.text for piece in domain_pages.compare(expected, found) if piece.differs]


def test_only_what_differs_is_marked() -> None:
    assert marked("v=spf1 a:one.example ~all", "v=spf1 a:two.example ~all") == ["a:two.example"]
    assert marked("same", "same") == []


def test_the_whole_found_value_is_shown() -> None:
    found = "v=DMARC1; p=none; pct=5"
    pieces = domain_pages.compare("v=DMARC1; p=reject", found)
    assert "".join(piece.text for piece in pieces) == found


@pytest.mark.parametrize(
    ("name", "short"),
    [("example.org", "@"), ("_dmarc.example.org", "_dmarc"), ("s._domainkey.example.org", "s._domainkey")],
)
def test_names_are_given_without_the_domain_too(name: str, short: str) -> None:
    assert domain_pages.host_part(name, "example.org") == short


@pytest.mark.django_db
def test_the_text_for_the_administrator_holds_every_record_and_no_secret() -> None:
    domain, _created = domains.get_or_create("example.org", brands.default())
    text = domain_pages.letter_to_administrator(domain)
    for record in dns_records.records(domain):
        assert record.value in text
    assert domain.keys.get().private_key not in text

"""The first steps are looked up in the data itself."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from contacts.models import Contact
from mailhub.delivery.models import Brand, SendingDomain
from mailhub.demo import panel
from mailhub.demo.services import loading
from mailhub.lib import clock
from reports.selectors import checklist
from reports.selectors.examples import Examples
from tests import factories
from tests.campaigns.people import NOW
from tests.reports import sent

pytestmark = pytest.mark.django_db


def done(examples: Examples | None = None) -> list[str]:
    user = sent.make_user("admin")
    return [step.key for step in checklist.steps(user, examples=examples or Examples()) if step.is_done]


def test_in_an_empty_installation_only_the_account_is_there() -> None:
    Brand.objects.create(name="MailHub")
    assert done() == ["account"]


def test_a_brand_counts_once_it_has_a_postal_address() -> None:
    factories.make_brand()
    assert done() == ["account", "brand"]


def test_a_sender_counts_once_its_domain_is_proved() -> None:
    brand = factories.make_brand(sender_address="news@shop.example")
    domain = SendingDomain.objects.create(name="shop.example", brand=brand)
    assert "sender" not in done()
    domain.verified_at = clock.now()
    domain.save()
    assert "sender" in done()


def test_people_a_letter_and_a_campaign_count_when_they_are_there() -> None:
    sent.send(["ann@example.org"], at=NOW)
    assert done() == ["account", "brand", "people", "letter", "campaign"]


def test_example_data_counts_for_nothing() -> None:
    loading.load(now=clock.now(), size=40)
    assert Contact.objects.exists() and Campaign.objects.exclude(dispatch=None).exists()
    assert done(panel.read()) == ["account"]

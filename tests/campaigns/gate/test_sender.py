"""Who it is from, and whether that can be believed."""

from __future__ import annotations

import pytest

from mailhub.delivery.models import Brand, SendingDomain
from mailhub.lib import clock
from tests import factories
from tests.campaigns.gate.looking import a_campaign, said

pytestmark = pytest.mark.django_db


def a_domain(**fields: object) -> SendingDomain:
    brand = Brand.objects.first() or factories.make_brand()
    return SendingDomain.objects.create(name="shop.example", brand=brand, **fields)


def test_no_sender_blocks() -> None:
    assert said("sender", a_campaign(sender_address="")) == [
        ("block", "It has no sender yet: say whom it is from.")
    ]


def test_a_free_mail_address_blocks() -> None:
    ((level, sentence),) = said("sender", a_campaign(sender_address="shop@gmail.com"))
    assert level == "block"
    assert "gmail.com" in sentence


def test_an_unknown_domain_blocks_unless_it_is_a_trial() -> None:
    ((level, sentence),) = said("sender", a_campaign(allow_unverified=False))
    assert (level, "not a sending domain yet" in sentence) == ("block", True)


def test_a_trial_from_an_unverified_domain_is_worth_a_look() -> None:
    ((level, sentence),) = said("sender", a_campaign(allow_unverified=True))
    assert (level, "For a trial this is let through" in sentence) == ("warn", True)


def test_what_the_last_look_at_dns_found_wrong_is_told() -> None:
    campaign = a_campaign(allow_unverified=False)
    a_domain(problem="There is no DKIM record yet.", checked_at=clock.now())
    ((level, sentence),) = said("sender", campaign)
    assert level == "block"
    assert sentence.startswith("shop.example is not verified. There is no DKIM record yet.")


def test_a_verified_domain_is_fine() -> None:
    campaign = a_campaign(allow_unverified=False)
    a_domain(verified_at=clock.now())
    assert said("sender", campaign) == [("pass", "shop.example is verified: letters from it are signed.")]


def test_a_line_break_in_the_senders_name_blocks() -> None:
    ((level, _),) = said("sender", a_campaign(sender_name="Ann\r\nBcc: bo@example.org"))
    assert level == "block"


def test_records_that_dns_lacks_are_worth_a_look() -> None:
    campaign = a_campaign()
    a_domain(checked_at=clock.now())
    found = said("authentication", campaign)
    assert {level for level, _ in found} == {"warn"}
    assert any(sentence.startswith("DMARC of shop.example: ") for _, sentence in found)


def test_an_answer_address_that_is_none_blocks() -> None:
    ((level, sentence),) = said("reply_to", a_campaign(reply_to="ann"))
    assert (level, "“ann” is not an e-mail address" in sentence) == ("block", True)


def test_an_answer_address_that_nobody_reads_is_worth_a_look() -> None:
    ((level, _),) = said("reply_to", a_campaign(reply_to="no-reply@shop.example"))
    assert level == "warn"


def test_answers_go_to_the_sender_when_no_other_address_is_given() -> None:
    assert said("reply_to", a_campaign()) == [("pass", f"Answers go to {factories.SENDER}.")]


def test_a_brand_without_postal_address_blocks() -> None:
    ((level, sentence),) = said("brand", a_campaign(brand=factories.make_brand(postal_address="")))
    assert (level, "no postal address" in sentence) == ("block", True)


def test_the_brands_postal_address_is_fine() -> None:
    assert said("brand", a_campaign()) == [("pass", "The letter shows the postal address of “Shop”.")]


def test_the_capture_mailbox_is_worth_a_look() -> None:
    ((level, sentence),) = said("route", a_campaign())
    assert level == "warn"
    assert sentence.startswith("Nothing leaves")

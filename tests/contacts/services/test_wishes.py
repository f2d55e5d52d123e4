"""How often people want letters, and why they left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.models import Contact, LeavingReason, List, MailingWish
from contacts.selectors import standing
from contacts.selectors import wishes as wished
from contacts.services import wishes
from contacts.services.fields import InvalidValue
from contacts.source import ListRecipientSource
from mailhub.delivery.contracts import DispatchFacts, Recipient, Refusal
from mailhub.delivery.models import AddressRecord
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def news() -> List:
    return makers.make_list("News")


@pytest.fixture
def ann(news: List) -> Contact:
    ann = makers.make_contact("ann@example.org")
    makers.subscribe(ann, news)
    return ann


def reason_for(contact: Contact, list_: List, *, stream: str = "marketing", ignore_cap: bool = True) -> str:
    recipient = Recipient(1, 1, "", contact.address, contact.address_hash, contact.pk, list_.key, "")
    facts = DispatchFacts(1, list_.brand_id, stream, ignore_cap, 0)  # type: ignore[arg-type]  # test data
    answer = ListRecipientSource().resolve([recipient], dispatch=facts)[1]
    return answer.reason if isinstance(answer, Refusal) else ""


def mailed(contact: Contact, *, ago: timedelta) -> None:
    at = clock.now() - ago
    AddressRecord.objects.update_or_create(pk=contact.address_hash, defaults={"last_marketing_at": at})


def test_a_pause_holds_back_marketing_and_ends_by_itself(ann: Contact, news: List) -> None:
    wishes.pause(ann, days=30)

    assert reason_for(ann, news) == "paused"
    assert reason_for(ann, news, stream="transactional") == ""
    with clock.frozen(clock.now() + 30 * DAY):
        assert reason_for(ann, news) == ""


def test_at_most_one_letter_a_week_whatever_the_campaign_waives(ann: Contact, news: List) -> None:
    wishes.receive(ann, frequency="weekly")
    assert reason_for(ann, news) == ""

    mailed(ann, ago=3 * DAY)
    assert reason_for(ann, news, ignore_cap=True) == "frequency"

    mailed(ann, ago=7 * DAY - timedelta(minutes=5))
    assert reason_for(ann, news) == ""


def test_the_wish_of_before_holds_after_a_pause(ann: Contact, news: List) -> None:
    wishes.receive(ann, frequency="weekly")
    wishes.pause(ann, days=90)

    assert MailingWish.objects.get().frequency == "weekly"


def test_wanting_letters_again_ends_a_pause(ann: Contact, news: List) -> None:
    wishes.pause(ann, days=30)
    wishes.receive(ann, frequency="")

    assert reason_for(ann, news) == ""


def test_what_is_not_offered_is_refused(ann: Contact) -> None:
    with pytest.raises(InvalidValue):
        wishes.pause(ann, days=10_000)
    with pytest.raises(InvalidValue):
        wishes.receive(ann, frequency="hourly")


def test_staff_read_the_wish_among_the_reasons(ann: Contact, news: List) -> None:
    assert standing.why_not(ann, lists=[news]) == []
    wishes.pause(ann, days=30)

    assert "Paused all letters until" in standing.why_not(ann, lists=[news])[0]
    assert wished.sentences(makers.make_contact("bo@example.org")) == []


def test_a_reason_is_corrected_within_the_visit_and_kept_apart_later(ann: Contact, news: List) -> None:
    def give(reason: str, text: str = "") -> None:
        wishes.give_reason(
            ann.address_hash, contact=ann, reason=reason, text=text, list_id=news.pk, dispatch_id=5
        )

    give("too_many")
    give("", "Every  day\nis too much")
    row = LeavingReason.objects.get()
    assert (row.reason, row.text, row.dispatch_id) == ("too_many", "Every day is too much", 5)

    with clock.frozen(clock.now() + DAY):
        give("other")
    give("made up")
    assert LeavingReason.objects.count() == 2

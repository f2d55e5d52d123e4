"""What the post office is told of the people of lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, List, Subscription
from contacts.services import consent, people
from contacts.source import FREQUENCY_CAP, ListRecipientSource, contact_values
from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient, Refusal
from mailhub.delivery.models import AddressRecord
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def recipient_of(contact: Contact, list_: List, *, message_id: int = 1) -> Recipient:
    return Recipient(
        message_id, 1, contact.address_hash, contact.address, contact.address_hash, contact.pk, list_.key, ""
    )


def resolve(*batch: Recipient, ignore_cap: bool = False, stream: Any = "marketing") -> dict[int, Any]:
    facts = DispatchFacts(id=1, brand_id=1, stream=stream, ignore_cap=ignore_cap, producer_id=1)
    return ListRecipientSource().resolve(batch, dispatch=facts)


def reason(answer: MergeData | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def test_a_subscriber_is_described_with_everything_that_is_known() -> None:
    people.define_field("shoe_size", kind="number")
    people.define_field("club")
    ann, news = makers.make_contact(first_name="Ann", city="Rome"), makers.make_list()
    people.update(ann, custom={"shoe_size": "38"})
    makers.subscribe(ann, news)

    answer = resolve(recipient_of(ann, news))[1]

    assert answer.values["contact"] == {
        "email": "ann@example.org",
        "first_name": "Ann",
        "last_name": None,
        "name": "Ann",
        "phone": None,
        "locale": None,
        "time_zone": None,
        "country": None,
        "city": "Rome",
        "source": None,
        "shoe_size": 38,
        "club": None,
        "custom": {"shoe_size": 38, "club": None},
    }
    assert answer.values["list"] == {"name": "News", "slug": "news"}
    assert answer.tracking == "individual"


@pytest.mark.parametrize(
    ("of_contact", "wanted"), [("", "individual"), ("anonymous", "anonymous"), ("off", "off")]
)
def test_the_persons_own_wish_about_tracking_is_told(of_contact: str, wanted: str) -> None:
    """What the list prefers is the campaign's default: only the campaign's choice may overrule it."""
    ann, news = makers.make_contact(tracking=of_contact), makers.make_list(tracking="off")
    makers.subscribe(ann, news)

    assert resolve(recipient_of(ann, news))[1].tracking == wanted


def test_the_unsubscribe_link_acts_on_the_list_that_the_row_names() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    assert resolve(recipient_of(ann, news))[1].list_id == news.pk


def test_who_left_since_the_planning_is_refused() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    recipient = recipient_of(ann, news)
    consent.withdraw(ann, news, method="page")

    assert reason(resolve(recipient)[1]) == "unsubscribed"


def test_who_has_not_confirmed_is_refused() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    consent.request(ann, news, method="form")

    assert reason(resolve(recipient_of(ann, news))[1]) == "unsubscribed"


def test_implied_consent_that_has_run_out_is_refused() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news, basis="implied", basis_expires_at=clock.now() - timedelta(seconds=1))

    assert reason(resolve(recipient_of(ann, news))[1]) == "consent_expired"


def test_the_frequency_cap_holds_back_marketing_unless_it_is_waived() -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)
    recent = clock.now() - FREQUENCY_CAP + timedelta(minutes=1)
    AddressRecord.objects.create(address_hash=ann.address_hash, last_marketing_at=recent)

    assert reason(resolve(recipient_of(ann, news))[1]) == "capped"
    assert isinstance(resolve(recipient_of(ann, news), ignore_cap=True)[1], MergeData)
    assert isinstance(resolve(recipient_of(ann, news), stream="transactional")[1], MergeData)
    with clock.frozen(recent + FREQUENCY_CAP):
        assert isinstance(resolve(recipient_of(ann, news))[1], MergeData)


def test_contacts_lists_and_addresses_that_are_gone_are_refused() -> None:
    ann, bo, cy = (makers.make_contact(f"{name}@example.org") for name in ("ann", "bo", "cy"))
    news, offers = makers.make_list(), makers.make_list("Offers")
    for contact in (ann, bo):
        makers.subscribe(contact, news)
    makers.subscribe(cy, offers)
    batch = [
        recipient_of(contact, list_, message_id=number)
        for number, (contact, list_) in enumerate([(ann, news), (bo, news), (cy, offers)])
    ]
    ann.delete()
    people.update(bo, email="bo@example.com")
    offers.delete()

    answers = resolve(*batch)

    assert [reason(answers[number]) for number in range(3)] == [
        "contact_gone",
        "address_changed",
        "list_gone",
    ]


def test_a_batch_of_a_hundred_takes_three_queries() -> None:
    news = makers.make_list()
    batch = []
    for number in range(100):
        contact = makers.make_contact(f"person{number}@example.org")
        Subscription.objects.create(contact=contact, list=news, state="subscribed")
        batch.append(recipient_of(contact, news, message_id=number))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answers = resolve(*batch)

    assert len(answers) == 100
    assert len(queries) == 3


def test_a_letter_can_be_shown_again_to_who_left_since() -> None:
    ann, news = makers.make_contact(first_name="Ann"), makers.make_list()
    recipient = recipient_of(ann, news)

    described = ListRecipientSource().describe(recipient)
    assert described is not None
    assert described.values["contact"]["first_name"] == "Ann"

    ann.delete()
    assert ListRecipientSource().describe(recipient) is None


def test_a_letter_may_greet_by_the_whole_name():
    contact = Contact(first_name="Ann", last_name="Lee", custom={})
    assert contact_values(contact, custom_keys=[])["name"] == "Ann Lee"
    assert contact_values(Contact(custom={}), custom_keys=[])["name"] is None

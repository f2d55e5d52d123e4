"""The preference page."""

from __future__ import annotations

import pytest
from django.test import Client

from contacts.models import (
    ConsentRecord,
    Contact,
    CustomField,
    LeavingReason,
    LinkRequest,
    List,
    MailingWish,
    Subscription,
)
from contacts.services import consent, people
from mailhub.delivery import tokens
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ann() -> Contact:
    return makers.make_contact("ann@example.org")


def url_of(contact: Contact, list_: List | None = None) -> str:
    return f"/p/{tokens.mint('preferences', makers.payload_of(contact, list_))}"


def states(contact: Contact) -> dict[str, str]:
    return dict(Subscription.objects.filter(contact=contact).values_list("list__name", "state"))


def test_it_shows_public_lists_of_the_brand_and_those_that_the_person_is_on(
    client: Client, ann: Contact
) -> None:
    mine, hidden = makers.make_list("Mine"), makers.make_list("Hidden")
    makers.make_list("Open", public=True)
    makers.make_list("Foreign", public=True, brand=factories.make_brand(name="Other"))
    makers.subscribe(ann, mine)
    makers.subscribe(makers.make_contact("bo@example.org"), hidden)

    page = client.get(url_of(ann, mine)).content.decode()

    assert "Mine" in page and "Open" in page
    assert "Hidden" not in page and "Foreign" not in page
    assert "a••@e••.org" in page


def test_looking_changes_nothing(client: Client, ann: Contact) -> None:
    makers.subscribe(ann, makers.make_list("Mine"))

    client.get(url_of(ann))
    client.head(url_of(ann))

    assert states(ann) == {"Mine": "subscribed"}


def test_choices_are_done_and_kept_as_consent(client: Client, ann: Contact) -> None:
    mine, open_list = makers.make_list("Mine"), makers.make_list("Open", public=True)
    makers.subscribe(ann, mine)

    page = client.post(
        url_of(ann), {"shown": [mine.pk, open_list.pk], "list": [open_list.pk], "locale": "zh-hans"}
    )

    assert page.status_code == 200
    assert states(ann) == {"Mine": "unsubscribed", "Open": "subscribed"}
    assert set(ConsentRecord.objects.filter(method="preferences").values_list("action", flat=True)) == {
        "granted",
        "withdrawn",
    }
    ann.refresh_from_db()
    assert ann.locale == "zh-Hans"


def test_a_list_that_was_not_shown_is_not_touched(client: Client, ann: Contact) -> None:
    mine, other = makers.make_list("Mine"), makers.make_list("Other")
    makers.subscribe(ann, mine)
    makers.subscribe(ann, other)

    client.post(url_of(ann), {"shown": [mine.pk]})

    assert states(ann) == {"Mine": "unsubscribed", "Other": "subscribed"}


def test_nobody_gets_on_a_private_list_by_a_made_up_form(client: Client, ann: Contact) -> None:
    private = makers.make_list("Private")

    client.post(url_of(ann), {"shown": [private.pk, "x", "²"], "list": [private.pk]})

    assert states(ann) == {}


def test_a_made_up_language_is_ignored(client: Client, ann: Contact) -> None:
    assert client.post(url_of(ann), {"locale": "<script>"}).status_code == 200

    ann.refresh_from_db()
    assert ann.locale == ""


def test_everything_ends_in_one_act_and_can_be_undone(client: Client, ann: Contact) -> None:
    for name in ("Mine", "Other"):
        makers.subscribe(ann, makers.make_list(name))

    page = client.post(url_of(ann), {"everything": "1"})
    assert states(ann) == {"Mine": "unsubscribed", "Other": "unsubscribed"}
    assert Suppression.objects.filter(scope_key="").exists()
    assert 'name="undo"' in page.content.decode()

    client.post(url_of(ann), {"undo": "1"})
    assert states(ann) == {"Mine": "subscribed", "Other": "subscribed"}
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("reason", ["complaint", "hard_bounce"])
def test_an_undo_says_what_still_stops_letters(client: Client, ann: Contact, reason: str) -> None:
    makers.subscribe(ann, makers.make_list())
    suppression.suppress(ann.address_hash, reason=reason)
    client.post(url_of(ann), {"everything": "1"})

    page = client.post(url_of(ann), {"undo": "1"}).content.decode()

    assert states(ann) == {"News": "subscribed"}
    assert "Your lists are as before." in page and "No letters reach you now" in page
    assert "All is as before." not in page


@pytest.mark.parametrize("method", ["staff", "api"])
def test_an_undo_leaves_what_others_did(client: Client, ann: Contact, method: str) -> None:
    mine, other = makers.make_list("Mine"), makers.make_list("Other")
    for list_ in (mine, other):
        makers.subscribe(ann, list_)
    consent.withdraw(ann, other, method=method)
    client.post(url_of(ann), {"everything": "1"})

    client.post(url_of(ann), {"undo": "1"})

    assert states(ann) == {"Mine": "subscribed", "Other": "unsubscribed"}


def test_nobody_is_thanked_for_a_made_up_reason(client: Client, ann: Contact) -> None:
    makers.make_list()

    answer = client.post(url_of(ann), {"reason": "nonsense"})

    assert answer.status_code == 200
    assert "Thank you" not in answer.content.decode()
    assert not LeavingReason.objects.exists()


def test_who_is_forgotten_can_still_unsubscribe(client: Client, ann: Contact) -> None:
    makers.make_list()
    url, hashed = url_of(ann), ann.address_hash
    ann.delete()

    assert "none of our lists" in client.get(url).content.decode()
    assert client.post(url, {"everything": "1"}).status_code == 200

    assert Suppression.objects.get().address_hash == hashed


def test_a_forged_token_is_not_found(client: Client, ann: Contact) -> None:
    assert client.get(url_of(ann)[:-2]).status_code == 404


def test_how_often_is_chosen_and_shown(client: Client, ann: Contact) -> None:
    makers.subscribe(ann, makers.make_list("Mine"))

    weekly = client.post(url_of(ann), {"save": "1", "often": "weekly"}).content.decode()
    assert 'value="weekly" id="often-weekly" checked' in weekly

    paused = client.post(url_of(ann), {"save": "1", "often": "30"}).content.decode()
    assert "No letters until" in paused
    assert MailingWish.objects.get().frequency == "weekly"

    client.post(url_of(ann), {"save": "1", "often": "all"})
    assert MailingWish.objects.get().paused_until is None


@pytest.mark.parametrize("often", ["", "5", "hourly", "999999999999", "²"])
def test_a_made_up_frequency_is_ignored(client: Client, ann: Contact, often: str) -> None:
    makers.make_list("Mine")

    assert client.post(url_of(ann), {"save": "1", "often": often}).status_code == 200
    assert not MailingWish.objects.exists()


def test_people_see_and_change_their_own_data(client: Client, ann: Contact) -> None:
    makers.make_list("Mine")
    people.define_field("shoe", label="Shoe size", kind="number")
    people.define_field("secret", label="Credit", kind="number")
    CustomField.objects.filter(key="shoe").update(public=True)
    people.update(ann, custom={"secret": 5})

    page = client.get(url_of(ann)).content.decode()
    assert "Shoe size" in page and "Credit" not in page

    client.post(
        url_of(ann),
        {"save": "1", "first_name": "Ann", "field_shoe": "38", "field_secret": "9", "email": "x@y.test"},
    )
    ann.refresh_from_db()
    assert (ann.first_name, ann.custom, ann.email) == ("Ann", {"shoe": 38, "secret": 5}, "ann@example.org")


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_saved(client: Client, ann: Contact) -> None:
    mine = makers.make_list("Mine")
    makers.subscribe(ann, mine)
    people.define_field("shoe", label="Shoe size", kind="number")
    CustomField.objects.update(public=True)

    page = client.post(url_of(ann), {"save": "1", "shown": [mine.pk], "field_shoe": "big"}).content.decode()

    assert "This is not a number." in page and 'value="big"' in page
    assert states(ann) == {"Mine": "subscribed"}


def test_a_reason_is_one_tap_and_words_are_optional(client: Client, ann: Contact) -> None:
    mine = makers.make_list("Mine")

    page = client.post(url_of(ann, mine), {"reason": "too_many"}).content.decode()
    assert "Thank you for telling us." in page and "<textarea" in page
    client.post(url_of(ann, mine), {"reason": "", "text": "Every day!"})

    given = LeavingReason.objects.get()
    assert (given.reason, given.text, given.list_id, given.contact) == (
        "too_many",
        "Every day!",
        mine.pk,
        ann,
    )


@pytest.mark.parametrize("kind", ["data", "erasure"])
def test_links_to_ones_data_are_mailed_and_never_shown(client: Client, ann: Contact, kind: str) -> None:
    makers.make_list("Mine")

    page = client.post(url_of(ann), {kind: "1"}).content.decode()

    assert "Look in your inbox" in page
    assert "/p/data/" not in page and "/p/erase/" not in page
    assert LinkRequest.objects.get().kind == kind
    assert Contact.objects.exists()

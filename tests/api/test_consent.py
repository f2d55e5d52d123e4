"""The API subscribes with proof, and revives nobody."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.models import ConsentRecord, Contact, List, Subscription
from contacts.services import consent, people
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from tests import factories
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db
PROOF = {"source": "checkout", "wording": "Yes, send me news.", "ip": "203.0.113.9"}


@pytest.fixture
def news(db: None) -> List:
    brand = factories.make_brand(sender_address=factories.SENDER)
    return List.objects.create(name="News", slug="news", brand=brand)


def subscribe(call: Call, **said: Any) -> Any:
    return call("POST", "/subscriptions", {"email": "ann@example.org", "list": "news", **said})


def test_somebody_new_is_made_and_subscribed_with_the_proof(call: Call, news: List) -> None:
    assert subscribe(call, consent=PROOF).json()["state"] == "subscribed"
    record = ConsentRecord.objects.get()
    assert (record.method, record.source, record.ip) == ("api", "checkout", "203.0.113.9")
    assert record.wording == "Yes, send me news." and record.actor == "API key Shop"


def test_without_a_proof_nobody_is_subscribed(call: Call, news: List) -> None:
    response = subscribe(call)
    assert response.status_code == 422 and response.json()["errors"][0]["field"] == "consent"
    assert not Contact.objects.exists()


def test_a_double_opt_in_waits_for_the_person(call: Call, news: List) -> None:
    assert subscribe(call, opt_in="double", consent=PROOF).json()["state"] == "pending"
    news.refresh_from_db()
    assert news.opt_in == "single"


def test_who_unsubscribed_is_not_revived(call: Call, news: List) -> None:
    ann = people.create("ann@example.org")
    consent.withdraw(ann, news, method="page")
    response = subscribe(call, consent=PROOF)
    assert response.status_code == 409 and "left the list" in response.json()["detail"]
    assert Subscription.objects.get().state == "unsubscribed"
    assert subscribe(call, opt_in="double", consent=PROOF).json()["state"] == "pending"


def test_who_is_suppressed_is_not_subscribed(call: Call, news: List) -> None:
    suppression.suppress(address_hash("ann@example.org"), reason="complaint")
    assert subscribe(call, consent=PROOF).status_code == 409
    assert not Contact.objects.exists(), "what was refused leaves nothing behind"


@pytest.mark.parametrize("reason", ["hard_bounce", "invalid", "complaint", "manual"])
@pytest.mark.parametrize("scope_key", ["", "list"])
def test_who_could_not_even_be_asked_is_not_asked(
    reason: str, scope_key: str, call: Call, news: List
) -> None:
    hashed = address_hash("ann@example.org")
    suppression.suppress(hashed, reason=reason, scope_key=news.key if scope_key else "")
    for opt_in in ("single", "double"):
        refused = subscribe(call, opt_in=opt_in, consent=PROOF)
        assert refused.status_code == 409 and refused.json()["reason"] == reason
    assert not Contact.objects.exists()


@pytest.mark.parametrize("reason", ["unsubscribed", "erased"])
def test_who_left_is_asked_when_the_caller_says_so(reason: str, call: Call, news: List) -> None:
    suppression.suppress(address_hash("ann@example.org"), reason=reason)
    refused = subscribe(call, consent=PROOF)
    assert refused.status_code == 409 and "opt_in double" in refused.json()["detail"]
    assert subscribe(call, opt_in="double", consent=PROOF).json()["state"] == "pending"


def test_implied_consent_says_when_it_ends(call: Call, news: List) -> None:
    assert subscribe(call, consent={**PROOF, "basis": "implied"}).status_code == 422
    told = {**PROOF, "basis": "implied", "basis_expires_at": "2099-01-01T00:00:00Z"}
    assert subscribe(call, consent=told).json()["basis_expires_at"] == "2099-01-01T00:00:00Z"


def test_a_new_address_takes_along_that_the_person_left(call: Call, news: List) -> None:
    subscribe(call, consent=PROOF)
    ann = Contact.objects.get()
    call("DELETE", f"/contacts/{ann.pk}/subscriptions/{news.pk}")
    call("PATCH", f"/contacts/{ann.pk}", {"email": "ann@example.com"})
    assert subscribe(call, email="ann@example.com", consent=PROOF).status_code == 409


def test_an_unknown_address_can_be_unsubscribed_beforehand(call: Call, news: List) -> None:
    assert call("POST", "/unsubscriptions", {"email": "ann@example.org"}).status_code == 204
    assert subscribe(call, consent=PROOF).status_code == 409


@pytest.mark.parametrize("reason", ["unsubscribed", "erased"])
def test_a_persons_own_act_is_not_lifted(reason: str, call: Call) -> None:
    suppression.suppress(address_hash("ann@example.org"), reason=reason)
    row = Suppression.objects.get()
    response = call("DELETE", f"/suppressions/{row.pk}?reason=please&confirm=true")
    assert response.status_code == 409 and Suppression.objects.exists()


def test_a_complaint_is_lifted_only_with_a_second_word(call: Call) -> None:
    suppression.suppress(address_hash("ann@example.org"), reason="complaint")
    row = Suppression.objects.get()
    assert call("DELETE", f"/suppressions/{row.pk}?reason=mistake").status_code == 409
    assert call("DELETE", f"/suppressions/{row.pk}?reason=mistake&confirm=true").status_code == 204


@pytest.mark.parametrize("known", [True, False])
def test_a_sign_up_is_answered_the_same_whoever_it_is(known: bool, call: Call, news: List) -> None:
    if known:
        subscribe(call, consent=PROOF)
    response = call("POST", "/signups", {"email": "ann@example.org", "list": "news", "ip": "203.0.113.9"})
    assert response.status_code == 202 and response.json() == {"accepted": True}


def test_a_sign_up_in_no_language_is_refused(call: Call, news: List) -> None:
    said = {"email": "ann@example.org", "list": "news", "language": "klingon!"}
    response = call("POST", "/signups", said)
    assert response.status_code == 422 and response.json()["errors"][0]["field"] == "language"


def test_implied_consent_that_is_over_is_none(call: Call, news: List) -> None:
    told = {**PROOF, "basis": "implied", "basis_expires_at": "2020-01-01T00:00:00Z"}
    response = subscribe(call, consent=told)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/consent/basis_expires_at"


def test_a_list_that_one_address_confirmed_needs_a_word_for_another(call: Call, news: List) -> None:
    ann = people.create("ann@example.org")
    consent.grant(ann, news, method="form", confirmed=True)
    List.objects.update(opt_in="double")
    path, said = f"/contacts/{ann.pk}", {"email": "ann@example.com"}
    assert call("PATCH", path, said).status_code == 409
    assert Contact.objects.get().email == "ann@example.org"
    assert call("PATCH", path, {"email": "Ann@example.org"}).status_code == 200, "the same address"
    assert call("PATCH", path, {**said, "consent_source": "her letter of 3 May"}).status_code == 200
    record = ConsentRecord.objects.latest("pk")
    assert record.source == "her letter of 3 May" and record.actor == "API key Shop"
    assert record.address_hash == address_hash("ann@example.com")


def test_a_word_for_a_new_address_needs_the_address(call: Call, news: List) -> None:
    ann = people.create("ann@example.org")
    response = call("PATCH", f"/contacts/{ann.pk}", {"consent_source": "her letter"})
    assert response.status_code == 422 and response.json()["errors"][0]["field"] == "consent_source"

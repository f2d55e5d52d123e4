"""A write with an Idempotency-Key happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.models import Contact, Tag
from mailhub.accounts.models import ApiKey, AuditEntry, KeptAnswer
from mailhub.accounts.services import api_keys, kept_answers
from mailhub.lib import clock
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


def test_the_same_request_gets_the_same_answer_and_is_done_once(call: Call) -> None:
    first = call("POST", "/contacts", {"email": "ann@example.org"}, Idempotency_Key="a")
    again = call("POST", "/contacts", {"email": "ann@example.org"}, Idempotency_Key="a")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Contact.objects.count() == 1
    assert [entry.act for entry in AuditEntry.objects.all()] == ["contact.created"]


def test_without_the_key_the_second_request_is_a_conflict(call: Call) -> None:
    call("POST", "/contacts", {"email": "ann@example.org"})
    assert call("POST", "/contacts", {"email": "ann@example.org"}).status_code == 409


def test_another_body_under_the_same_key_is_refused(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    response = call("POST", "/tags", {"name": "Regular"}, Idempotency_Key="a")
    assert response.status_code == 422 and response.json()["type"].endswith("#key-reused")
    assert Tag.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    assert call("POST", "/fields", {"name": "VIP"}, Idempotency_Key="a").status_code == 422


def test_the_order_of_fields_makes_no_other_request(call: Call) -> None:
    call("POST", "/contacts/upsert", {"email": "ann@example.org", "city": "York"}, Idempotency_Key="a")
    again = call(
        "POST", "/contacts/upsert", {"city": "York", "email": "ann@example.org"}, Idempotency_Key="a"
    )
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_delete_is_answered_again_too(call: Call) -> None:
    tag = call("POST", "/tags", {"name": "VIP"}).json()
    answers = [call("DELETE", f"/tags/{tag['id']}", Idempotency_Key="d").status_code for _ in range(2)]
    assert answers == [204, 204]


def test_a_refused_request_frees_its_key(call: Call) -> None:
    assert call("POST", "/tags", {"name": ""}, Idempotency_Key="a").status_code == 422
    assert call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a").status_code == 201


def test_two_keys_of_the_api_do_not_share_their_answers(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    other = api_keys.create("Other", scopes=["all"]).secret
    response = call(
        "POST", "/tags", {"name": "Regular"}, Idempotency_Key="a", Authorization=f"Bearer {other}"
    )
    assert response.status_code == 201


def test_while_the_request_is_being_carried_out_a_second_one_waits(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    KeptAnswer.objects.update(status=None, body="", lease_until=clock.now() + timedelta(minutes=1))
    response = call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    assert response.status_code == 409 and response.json()["type"].endswith("#in-progress")


def test_a_request_that_died_is_taken_over(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a")
    KeptAnswer.objects.update(status=None, body="", lease_until=clock.now() - timedelta(seconds=1))
    assert call("POST", "/tags", {"name": "VIP"}, Idempotency_Key="a").status_code == 201


def test_who_was_taken_over_keeps_nothing(call: Call, key: str) -> None:
    owner, now = ApiKey.objects.get(), clock.now()
    slow = kept_answers.begin(owner, "a", fingerprint="f", now=now)
    later = now + kept_answers.LEASE
    kept_answers.begin(owner, "a", fingerprint="f", now=later)
    with pytest.raises(kept_answers.LeaseLost):
        kept_answers.keep(slow, status=201, body="", headers={})


def test_an_answer_is_kept_for_a_day(call: Call) -> None:
    call("POST", "/contacts", {"email": "ann@example.org"}, Idempotency_Key="a")
    KeptAnswer.objects.update(expires_at=clock.now())
    assert call("POST", "/contacts", {"email": "ann@example.org"}, Idempotency_Key="a").status_code == 409
    assert kept_answers.forget_old(now=clock.now() + timedelta(days=2)) == 0


@pytest.mark.parametrize("text", ["x" * 256, "schlüssel", ""])
def test_a_key_that_is_none_is_malformed(text: str, call: Call) -> None:
    response = call("POST", "/tags", {"name": "VIP"}, Idempotency_Key=text)
    assert response.status_code == 400

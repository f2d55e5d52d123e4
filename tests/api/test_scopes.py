"""What a key reads of people needs `contacts:read`, whatever door it comes through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.services import api_keys
from tests.api import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers(db: None) -> dict[str, int]:
    return world.make()


def ask(method: str, path: str, *scopes: str, body: Any = None) -> Any:
    key = api_keys.create("Tool", scopes=scopes).secret
    told = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    headers = {"Authorization": f"Bearer {key}"}
    return getattr(Client(), method)(f"/api/v1{path}", headers=headers, **told)


def test_a_preview_shows_nobodys_data_without_the_scope(numbers: dict[str, int]) -> None:
    path, body = f"/letters/{numbers['letter']}/preview", {"contact_id": numbers["contact"]}
    refused = ask("post", path, "letters:read", "letters:write", body=body)
    assert refused.status_code == 403 and refused.json()["scope"] == "contacts:read"
    assert ask("post", path, "letters:read", "contacts:read", body=body).status_code == 200
    assert ask("post", path, "letters:read", body={}).status_code == 200


def test_a_preview_for_nobody_is_not_one_of_the_made_up_person(numbers: dict[str, int]) -> None:
    response = ask("post", f"/letters/{numbers['letter']}/preview", "all", body={"contact_id": 2**40})
    assert response.status_code == 422 and response.json()["errors"][0]["field"] == "contact_id"


def test_a_test_letter_shows_nobodys_data_without_the_scope(numbers: dict[str, int]) -> None:
    path = f"/campaigns/{numbers['draft']}/test"
    body = {"emails": ["cy@shop.example"], "contact_id": numbers["contact"]}
    refused = ask("post", path, "campaigns", body=body)
    assert refused.status_code == 403 and refused.json()["scope"] == "contacts:read"
    assert ask("post", path, "campaigns", "contacts:read", body=body).status_code == 202


def test_letters_of_a_campaign_tell_no_address_without_the_scope(numbers: dict[str, int]) -> None:
    path = f"/campaigns/{numbers['sending']}/messages"
    assert ask("get", path, "all").json()["results"][0]["address"] == "ann@example.org"
    hidden = ask("get", path, "campaigns:read")
    assert hidden.json()["results"][0]["contact_id"] == numbers["contact"]
    assert hidden.json()["results"][0]["address"] is None and b"ann@" not in hidden.content


def test_nobody_guesses_an_address_by_asking_for_its_letters(numbers: dict[str, int]) -> None:
    path = f"/campaigns/{numbers['sending']}/messages?email=ann"
    assert ask("get", path, "campaigns:read").status_code == 403


def test_a_refused_subscription_tells_no_address_to_who_named_a_number(numbers: dict[str, int]) -> None:
    ask("delete", f"/contacts/{numbers['contact']}/subscriptions/{numbers['list']}", "all")
    said = {"contact_id": numbers["contact"], "list": "news", "opt_in": "single", "consent": {"source": "x"}}
    refused = ask("post", "/subscriptions", "subscriptions:write", body=said)
    assert refused.status_code == 409 and b"ann@" not in refused.content

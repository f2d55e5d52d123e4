"""API keys from the command line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from mailhub.accounts.models import ApiKey
from mailhub.accounts.scopes import Scope

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def test_a_key_is_printed_alone_and_works() -> None:
    secret = run("create_api_key", "Shop", "--scopes", "contacts:read", "lists:read")
    assert Client().get("/api/v1/lists", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert ApiKey.objects.get().scopes == ["contacts:read", "lists:read"]


def test_scopes_may_stand_between_commas() -> None:
    run("create_api_key", "Shop", "--scopes", "contacts:read,lists:read")
    assert ApiKey.objects.get().scopes == ["contacts:read", "lists:read"]


@pytest.mark.parametrize("word", ["all", "*"])
def test_all_is_every_scope(word: str) -> None:
    run("create_api_key", "Shop", "--scopes", word)
    assert ApiKey.objects.get().scopes == [scope.value for scope in Scope]


def test_a_thing_alone_is_all_that_can_be_done_with_it() -> None:
    run("create_api_key", "Shop", "--scopes", "campaigns")
    assert ApiKey.objects.get().scopes == ["campaigns:read", "campaigns:write", "campaigns:send"]


def test_json_is_one_object() -> None:
    told = json.loads(run("create_api_key", "Shop", "--scopes", "all", "--expires", "2999-01-31", "--json"))
    assert told["key"].startswith("mh_") and told["expires_at"].startswith("2999-01-31T23:59")


@pytest.mark.parametrize(
    "arguments",
    [
        ("Shop", "--scopes", "everything"),
        ("", "--scopes", "all"),
        ("Shop", "--scopes", ","),
        ("Shop", "--scopes", "all", "--expires", "2020-01-01"),
        ("Shop", "--scopes", "all", "--expires", "soon"),
        ("Shop", "--scopes", "all", "--rate", "0"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"[.]$"):
        run("create_api_key", *arguments)
    assert not ApiKey.objects.exists()


def test_keys_are_listed_without_their_secrets() -> None:
    secret = run("create_api_key", "Shop", "--scopes", "all")
    assert secret not in run("api_keys") and secret[:11] in run("api_keys")
    assert json.loads(run("api_keys", "--json"))[0]["name"] == "Shop"


@pytest.mark.parametrize("name", ["Shop", "secret", "number"])
def test_a_key_is_revoked_by_name_beginning_or_number(name: str) -> None:
    secret = run("create_api_key", "Shop", "--scopes", "all")
    words = {"Shop": "Shop", "secret": secret, "number": str(ApiKey.objects.get().pk)}
    run("revoke_api_key", words[name])
    assert ApiKey.objects.get().revoked_at is not None


def test_one_of_two_keys_of_a_name_must_be_named_by_number() -> None:
    run("create_api_key", "Shop", "--scopes", "all")
    run("create_api_key", "Shop", "--scopes", "all")
    with pytest.raises(CommandError, match="by its number"):
        run("revoke_api_key", "Shop")


def test_an_unknown_scope_is_answered_with_all_names_and_short_ones() -> None:
    with pytest.raises(CommandError, match=r"contacts:read.*in short all, contacts, lists"):
        run("create_api_key", "Shop", "--scopes", "contact")


def test_a_second_key_of_one_name_is_noted() -> None:
    heard = io.StringIO()
    for _ in range(2):
        call_command("create_api_key", "Shop", "--scopes", "all", stdout=io.StringIO(), stderr=heard)
    newest = ApiKey.objects.latest("pk")
    assert f"this one is number {newest.pk}" in heard.getvalue()
    assert heard.getvalue().count("Another working key") == 1

"""What holds of every address of the API: keys, scopes, limits, pages, problems."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contacts.models import Tag
from contacts.services import people
from mailhub.accounts.models import ApiKey, AuditEntry
from mailhub.accounts.services import api_keys
from mailhub.lib import clock
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


def get(path: str, key: str = "", **headers: str) -> Any:
    given = {"Authorization": f"Bearer {key}"} if key else {}
    return Client().get(f"/api/v1{path}", headers={**given, **headers})


def is_problem(response: Any, status: int, slug: str) -> bool:
    body = response.json()
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["status"] == status and body["title"] and body["detail"]
    return bool(body["type"].endswith(f"#{slug}"))


def test_without_a_key_nothing_is_answered() -> None:
    response = get("/tags")
    assert is_problem(response, 401, "key-needed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("text", ["mh_" + "x" * 40, "secret", "mh_", "mh_\x00", "é" * 43])
def test_a_wrong_key_is_refused(text: str) -> None:
    response = Client().get("/api/v1/tags", HTTP_AUTHORIZATION=f"Bearer {text}")
    assert is_problem(response, 401, "key-needed")


def test_a_revoked_key_says_when_it_was_revoked() -> None:
    made = api_keys.create("Shop", scopes=["all"])
    api_keys.revoke(made.key)
    response = get("/tags", made.secret)
    assert is_problem(response, 401, "key-needed")
    assert "revoked" in response.json()["detail"]


def test_an_expired_key_is_refused() -> None:
    made = api_keys.create("Shop", scopes=["all"], expires_at=clock.now() + timedelta(hours=1))
    ApiKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert "expired" in get("/tags", made.secret).json()["detail"]


def test_a_key_without_the_scope_is_told_which_it_lacks() -> None:
    made = api_keys.create("Reader", scopes=["lists:read"])
    response = get("/tags", made.secret)
    assert is_problem(response, 403, "scope-missing")
    assert response.json()["scope"] == "contacts:read"


def test_a_key_may_make_so_many_requests_a_minute() -> None:
    made = api_keys.create("Slow", scopes=["all"], requests_per_minute=2)
    answers = [get("/tags", made.secret) for _ in range(4)]
    # The minute may turn between two of them, not between three.
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert is_problem(refused[0], 429, "too-many-requests")
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert answers[0].headers["RateLimit-Limit"] == "2"
    assert answers[0].headers["RateLimit-Remaining"] == "1"


def test_every_answer_to_a_key_tells_of_its_limit(call: Call) -> None:
    reader = api_keys.create("Reader", scopes=["lists:read"]).secret
    answers = [
        call("GET", "/tags"),
        call("GET", "/tags/999999"),
        call("GET", "/tags", Accept="text/html"),
        call("PUT", "/tags", {}),
        call("POST", "/tags", {}),
        get("/tags", reader),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 406, 405, 422, 403]
    assert all(int(answer.headers["RateLimit-Remaining"]) >= 0 for answer in answers)


def test_the_use_of_a_key_is_noted_once_a_minute(key: str) -> None:
    get("/tags", key)
    used = ApiKey.objects.get().last_used_at
    get("/tags", key)
    assert used is not None and ApiKey.objects.get().last_used_at == used


def test_a_key_is_not_stored_as_it_is(key: str) -> None:
    row = ApiKey.objects.get()
    assert key not in json.dumps({name: str(value) for name, value in vars(row).items()})
    assert key.startswith(row.prefix)


@pytest.mark.parametrize("path", ["/nothing", "/contacts/x", "/contacts/0", "/contacts/99999999999999999999"])
def test_an_unknown_address_is_a_problem_too(path: str, key: str) -> None:
    assert is_problem(get(path, key), 404, "not-found")


def test_a_last_slash_makes_no_difference(call: Call) -> None:
    assert call("POST", "/tags/", {"name": "VIP"}).status_code == 201
    assert call("GET", "/tags/").json() == call("GET", "/tags").json()


def test_a_method_that_an_address_does_not_take(call: Call) -> None:
    response = call("PUT", "/tags", {})
    assert is_problem(response, 405, "no-such-method")
    assert "POST" in response.headers["Allow"]


def test_an_answer_comes_in_json_alone(key: str) -> None:
    assert is_problem(get("/tags", key, Accept="text/html"), 406, "not-acceptable")


def test_a_body_that_is_no_json_type(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = Client().post("/api/v1/tags", "name=VIP", content_type="text/plain", headers=headers)
    assert is_problem(response, 415, "wrong-media-type")


WRONG_BODIES = {
    "not JSON": b"{",
    "not UTF-8": b'{"name": "\xff"}',
    "no number": b'{"name": NaN}',
    "infinite": b'{"name": 1e999}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "rather deep": b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}",
    "NUL": b'{"name": "a\\u0000b"}',
    "half a pair": b'{"name": "\\ud800"}',
    "half a pair in a name": b'{"\\ud800": 1}',
    "huge": b'{"name": ' + b"9" * 5000 + b"}",
    "beyond 64 bits": b'{"name": 18446744073709551616}',
}


@pytest.mark.parametrize("body", WRONG_BODIES.values(), ids=WRONG_BODIES.keys())
def test_a_body_that_cannot_be_kept_is_malformed(body: bytes, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = Client().post("/api/v1/tags", body, content_type="application/json", headers=headers)
    assert is_problem(response, 400, "malformed")


@pytest.mark.parametrize("body", [[], "VIP", 1, None, {"name": 1}, {"name": None}, {"nmae": "VIP"}, {}])
def test_a_body_of_the_wrong_shape_says_where(body: Any, call: Call) -> None:
    response = call("POST", "/tags", json.dumps(body))
    assert is_problem(response, 422, "invalid")


def test_a_misspelt_field_is_pointed_at(call: Call) -> None:
    errors = call("POST", "/tags", {"nmae": "VIP"}).json()["errors"]
    assert errors[0]["field"] == "nmae" and errors[0]["pointer"] == "#/nmae"
    assert "did you mean “name”" in errors[0]["message"]


def test_a_body_that_is_too_large(key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    body = b'{"name": "' + b"x" * 5_000_001 + b'"}'
    response = Client().post("/api/v1/tags", body, content_type="application/json", headers=headers)
    assert is_problem(response, 413, "too-large")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%00", "serach=x", "search=%00"]
)
def test_a_query_that_is_wrong_is_malformed(query: str, key: str) -> None:
    assert is_problem(get(f"/tags?{query}", key), 400, "malformed")


def test_a_parameter_that_is_given_twice_is_malformed(key: str) -> None:
    response = get("/tags?limit=1&limit=2", key)
    assert is_problem(response, 400, "malformed") and "limit" in response.json()["detail"]


def test_pages_follow_each_other_without_gap_or_repeat(call: Call) -> None:
    for number in range(7):
        people.get_tag(f"tag {number}")
    seen: list[str] = []
    url = "/tags?limit=3"
    while url:
        page = call("GET", url).json()
        seen += [row["name"] for row in page["results"]]
        url = page["next"].partition("/api/v1")[2] if page["next"] else ""
    assert seen == [f"tag {number}" for number in reversed(range(7))]


def test_a_page_keeps_its_filters_and_leads_back(call: Call) -> None:
    for number in range(4):
        people.get_tag(f"vip {number}")
    first = call("GET", "/tags?search=vip&limit=2").json()
    second = call("GET", first["next"].partition("/api/v1")[2]).json()
    assert "search=vip" in first["next"]
    assert call("GET", second["previous"].partition("/api/v1")[2]).json()["results"] == first["results"]


def test_what_a_key_writes_is_in_the_audit_log_with_its_name(call: Call) -> None:
    call("POST", "/tags", {"name": "VIP"})
    entry = AuditEntry.objects.get(act="tag.created")
    assert entry.actor == "API key Shop" and entry.target_label == "VIP"


def test_a_write_that_was_refused_is_not_in_the_audit_log(call: Call) -> None:
    call("POST", "/tags", {"name": ""})
    call("DELETE", "/tags/1")
    assert not AuditEntry.objects.exists() and not Tag.objects.exists()


def test_no_answer_is_kept_by_a_cache(call: Call) -> None:
    assert call("GET", "/tags").headers["Cache-Control"] == "no-store"


def test_the_description_is_open_and_in_openapi() -> None:
    document = get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"

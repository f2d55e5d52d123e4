"""Every example of the API's description is sent for real, and is answered as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from mailhub.web.api import pages
from mailhub.web.api.operations import Operation, Ref
from tests.api import world

NUMBERS = {int, float, Ref}


class Case(NamedTuple):
    method: str
    path: str
    told: Operation


def operations() -> Iterator[Case]:
    """Every handler that the URLs lead to."""
    api = get_resolver("mailhub.api_urls")
    for pattern in _leaves(api.url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        for method in ("get", "post", "put", "patch", "delete"):
            told = getattr(getattr(view, method, None), "operation", None)
            if told is not None:
                yield Case(method, str(pattern.pattern), told)


def _leaves(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _leaves(pattern.url_patterns)
        else:
            yield pattern


CASES = sorted(operations(), key=lambda case: case.told.name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.told.name)
def test_the_example_is_answered_as_it_says(case: Case, key: str) -> None:
    numbers = world.make()
    response = send(case, key, numbers)
    assert response.status_code == case.told.status, response.content[:2000]
    if case.told.status == 204:
        assert response.content == b""
    elif case.told.media_type == "application/json":
        answer = response.json()
        assert fits(case, answer, status=response.status_code) == []
        assert unlike(case.told.example.answer, answer) == []
    else:
        assert response.headers["Content-Type"].startswith(case.told.media_type)


def test_every_operation_is_described_whole() -> None:
    lacking = [
        case.told.name
        for case in CASES
        if not (case.told.summary and case.told.description.endswith((".", "!", "?")))
        or (case.told.gives is not None and case.told.example.answer is None)
        or (case.told.takes is not None and not case.told.example.body and not case.told.example.files)
    ]
    assert lacking == []


def test_no_two_operations_have_one_name() -> None:
    names = [case.told.name for case in CASES]
    assert sorted(set(names)) == names


def test_every_address_of_the_api_is_described() -> None:
    described = {(method, told["operationId"]) for path, method, told in _described()}
    assert described == {(case.method, case.told.name) for case in CASES}


def send(case: Case, key: str, numbers: world.Numbers) -> Any:
    example = case.told.example
    path = case.path
    for name, value in example.path.items():
        path = path.replace(f"<id:{name}>", str(world.real(value, numbers)))
    assert "<" not in path, f"the example names no value for a part of {path}"
    options: dict[str, Any] = {"headers": {"Authorization": f"Bearer {key}"}}
    if example.query:
        options["query_params"] = world.real(example.query, numbers)
    body = world.real(example.body, numbers)
    if example.files:
        files = {
            name: SimpleUploadedFile(file, text.encode("latin-1"))
            for name, (file, text) in example.files.items()
        }
        options["data"] = {name: _form(value) for name, value in (body or {}).items()} | files
    elif case.method != "get":
        options |= {"data": "" if body is None else json.dumps(body), "content_type": "application/json"}
    return getattr(Client(), case.method)(f"/api/v1/{path}", **options)


def fits(case: Case, answer: Any, *, status: int) -> list[str]:
    """What of the answer is not as the description says."""
    document = pages.description()
    told = next(told for _, _, told in _described() if told["operationId"] == case.told.name)
    schema = told["responses"][str(status)]["content"]["application/json"]["schema"]
    judge = jsonschema.Draft202012Validator({**schema, "components": document["components"]})
    return [error.message for error in judge.iter_errors(answer)]


def unlike(told: Any, given: Any, place: str = "") -> list[str]:
    """Where the names or kinds of values differ; a null is like anything, and rows of lists like the first."""
    if told is None or given is None:
        return []
    if isinstance(told, dict) and isinstance(given, dict):
        if told.keys() != given.keys():
            return [f"{place}: {sorted(told.keys() ^ given.keys())}"]
        return [each for name in told for each in unlike(told[name], given[name], f"{place}/{name}")]
    if isinstance(told, list) and isinstance(given, list):
        return unlike(told[0], given[0], f"{place}/0") if told and given else []
    same = isinstance(given, type(told)) or {type(told), type(given)} <= NUMBERS
    return [] if same else [f"{place}: {told!r} and {given!r}"]


def _form(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value)


def _described() -> Iterator[tuple[str, str, Any]]:
    for path, methods in pages.description()["paths"].items():
        for method, told in methods.items():
            yield path, method, told

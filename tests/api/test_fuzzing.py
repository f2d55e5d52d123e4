"""Whatever is sent, the API answers as its description says, and never with a fault of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mailhub.accounts.services import api_keys
from mailhub.web.api import pages
from mailhub.wsgi import application
from tests.api import world

EXAMPLES = 12
schema = schemathesis.openapi.from_dict(pages.description())
schema.app = application
# Each of these must hold of every answer; which requests are refused is for the other tests.
CAMPAIGNS = ("draft", "scheduled", "sending", "paused")
JUDGES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request does not end the connection, and with it the transaction, of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def numbers(db: None) -> dict[str, int]:
    return world.make()


@pytest.fixture
def secret(db: None) -> str:
    return api_keys.create("Fuzz", scopes=["all"], requests_per_minute=100_000).secret


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_gets_an_answer_that_is_not_described(
    case: Any, numbers: dict[str, int], secret: str
) -> None:
    _point_at_something(case, numbers)
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=JUDGES)


def _point_at_something(case: Any, numbers: dict[str, int]) -> None:
    """Every other request is about a thing that there is: what lies behind a 404 is tried too."""
    for name, value in (case.path_parameters or {}).items():
        what = name.removesuffix("_id")
        if what == "campaign" and isinstance(value, int):
            what = CAMPAIGNS[value // 2 % len(CAMPAIGNS)]
        known = numbers.get(what)
        if known is not None and isinstance(value, int) and value % 2:
            case.path_parameters[name] = known

"""The walk through the API in docs/api.md works as it stands there."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from django.test import Client

from mailhub.delivery.models import Message
from tests import factories
from tests.house.source import ROOT

pytestmark = pytest.mark.django_db


def steps() -> list[str]:
    guide = (ROOT / "docs" / "api.md").read_text().partition("<!-- walk -->")[2]
    return re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)


def carry_out(step: str, told: dict[str, str]) -> Any:
    """What curl would send."""
    for name, value in told.items():
        step = step.replace(f"${name}", value)
    words = shlex.split(step.replace("\\\n", " "))
    assert words[0] == "curl"
    method, body, headers, url = "GET", "", {}, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest)
        else:
            url = word
    kind = headers.pop("Content-Type", "application/json")
    send = getattr(Client(), method.lower())
    return (
        send(url, headers=headers) if method == "GET" else send(url, body, content_type=kind, headers=headers)
    )


def test_the_walk_ends_with_a_letter_on_its_way(key: str) -> None:
    factories.make_brand(sender_address=factories.SENDER)
    told = {"MAILHUB": "/api/v1", "KEY": key}
    answers = []
    for step in steps():
        response = carry_out(step, told)
        assert response.status_code < 300, response.content
        answers.append(response.json())
        if "variants" in answers[-1]:
            told["VERSION"] = str(answers[-1]["id"])
        if "lists" in answers[-1]:
            told["CAMPAIGN"] = str(answers[-1]["id"])
    assert len(answers) == 8
    assert answers[2]["state"] == "subscribed"
    assert answers[5]["may_be_sent"] is True
    assert answers[6]["state"] == "sending"
    assert answers[7]["balance"]["planned"] == 1
    assert Message.objects.get(address="ann@example.org").contact_id is not None

"""Every address gives every role what docs/access.md says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mailhub.accounts.models import User
from tests.house import access

pytestmark = pytest.mark.django_db
SAID = dict(re.findall(r"^\| `(/[^`]*)` \| (.+) \|$", access.PAGE.read_text(encoding="utf-8"), re.M))


def test_the_table_is_what_the_doors_ask_for() -> None:
    written = access.PAGE.read_text(encoding="utf-8")
    assert written == access.text(), "`python -m tests.house.access` writes it anew; check the difference."


def test_every_address_of_staff_is_in_the_table() -> None:
    assert len(SAID) == len(access.rows_of_staff()) > 40


@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_may_do_what_the_table_says(role: str) -> None:
    client = signed_in(role, may_export=True)
    wrong = []
    for route, cells in SAID.items():
        said = cells.split(" | ")[access.ROLES.index(role)].rstrip("°").split(", ")
        for word, ask in (("look", client.get), ("act", client.post)):
            answer = ask(sample_of(route))
            # 405: an address that only acts, or where nobody does.
            fits = answer.status_code != 403 if word in said else answer.status_code in (403, 405)
            if not fits:
                wrong.append(f"{route}: {role} may {said}, {word} answered {answer.status_code}")
    assert wrong == []


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page() -> None:
    client = Client()
    wrong = []
    for route in SAID:
        for ask in (client.get, client.post):
            answer = ask(sample_of(route))
            if answer.status_code == 405:
                continue
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in/?next="):
                wrong.append(f"{route}: {answer.status_code}")
    assert wrong == []


def test_files_are_only_for_whom_they_were_allowed_to() -> None:
    client = signed_in("sender", may_export=False)
    given_person_by_person = [
        one.route for one in access.addresses() if one.needs and access.Permission.EXPORT in one.needs
    ]
    assert given_person_by_person
    for route in given_person_by_person:
        needs = next(one.needs for one in access.addresses() if one.route == route)
        assert needs is not None
        ask = client.get if needs[0] is access.Permission.EXPORT else client.post
        assert ask(sample_of(route)).status_code == 403, route


def test_an_address_open_to_everybody_is_named_as_such() -> None:
    page = access.PAGE.read_text(encoding="utf-8")
    listed = re.findall(r"^- `(/[^`]*)`$", page, re.M)
    assert listed == [one.route for one in access.addresses() if one.needs is None]


def signed_in(role: str, *, may_export: bool) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.create_user(role, password="x", role=role, may_export=may_export))
    return client


def sample_of(route: str) -> str:
    return next(one.sample for one in access.addresses() if one.route == route)

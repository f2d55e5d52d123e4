"""No write goes unrecorded, and none is recorded twice."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.accounts.services import audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client: Client) -> User:
    user = User.objects.create_superuser("ann", password="x")
    client.force_login(user)
    return user


def test_a_write_that_records_nothing_itself_is_recorded_by_its_address(client: Client, ann: User) -> None:
    client.post("/password/lost/", {"email": "x@example.org"})
    assert AuditEntry.objects.get().act == "accounts:reset_ask"


def test_a_write_that_recorded_itself_is_not_recorded_again(client: Client, ann: User) -> None:
    client.post("/account/", {"email": "ann@example.org"})
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.ip) == ("account.changed", "ann", "127.0.0.1")


def test_a_refused_write_leaves_nothing(client: Client, ann: User) -> None:
    client.post("/account/", {"email": "no address"})
    assert not AuditEntry.objects.exists()


def test_a_field_that_is_only_checked_is_no_act(client: Client, ann: User) -> None:
    answer = client.post("/account/", {"email": "no address"}, headers={"X-Validate": "email"})
    assert b"Enter a valid email address." in answer.content
    assert not AuditEntry.objects.exists()


def test_what_was_done_outlives_who_did_it(ann: User) -> None:
    entry = audit.record(None, "list.created", target=ann, actor="ann")
    ann.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.target_label) == ("ann", "ann")

"""The staff screen, and what each colleague may do afterwards."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.accounts.services import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> User:
    user = User.objects.create_superuser("boss", "boss@example.org", "correct horse battery")
    client.force_login(user)
    return user


def fields(**changed: str) -> dict[str, str]:
    return {
        "username": "ann",
        "email": "ann@example.org",
        "role": "editor",
        "sees_addresses": "on",
        **changed,
    }


def test_a_colleague_is_added_with_a_role(client: Client, boss: User) -> None:
    client.post("/settings/staff/new/", fields(password="another long password"))
    ann = User.objects.get(username="ann")
    assert (ann.role, ann.is_staff, ann.check_password("another long password")) == ("editor", False, True)
    assert AuditEntry.objects.get(act="staff.added").target_label == "ann"


def test_a_weak_password_is_refused_beside_its_field(client: Client, boss: User) -> None:
    answer = client.post("/settings/staff/new/", fields(password="short"))
    assert answer.status_code == 422
    assert b"at least 10 characters" in answer.content
    assert not User.objects.filter(username="ann").exists()


def test_an_invitation_lets_choose_a_password(client: Client, boss: User) -> None:
    client.post("/settings/staff/new/", fields())
    ann = User.objects.get(username="ann")
    page = client.get(f"/settings/staff/{ann.pk}/").content.decode()
    path = re.search(r"(/password/choose/[^<\"]+)", page)
    assert path
    visitor = Client()
    form = visitor.get(path[1], follow=True)
    words = {"new_password1": "chosen by herself 1", "new_password2": "chosen by herself 1"}
    visitor.post(form.redirect_chain[-1][0], words)
    assert User.objects.get(username="ann").check_password("chosen by herself 1")


def test_the_last_administrator_stays_one(client: Client, boss: User) -> None:
    answer = client.post(f"/settings/staff/{boss.pk}/", fields(username="boss", role="viewer"))
    assert b"This is the last administrator" in answer.content
    assert User.objects.get(pk=boss.pk).is_superuser


def test_the_last_administrator_cannot_be_shut_out(client: Client, boss: User) -> None:
    client.post(f"/settings/staff/{boss.pk}/active/")
    assert User.objects.get(pk=boss.pk).is_active


def test_who_is_shut_out_is_signed_out_at_once(client: Client, boss: User) -> None:
    ann = staff.keep(User(username="ann", email="ann@example.org"), role="sender", password="x" * 12)
    hers = Client()
    hers.force_login(ann)
    assert hers.get("/account/").status_code == 200
    client.post(f"/settings/staff/{ann.pk}/active/")
    assert hers.get("/account/").status_code == 302


def test_a_former_administrator_loses_the_admin_pages(client: Client, boss: User) -> None:
    ann = staff.keep(User(username="ann", email="ann@example.org"), role="admin")
    staff.keep(ann, role="viewer")
    assert (ann.is_staff, ann.is_superuser) == (False, False)


def test_staff_is_for_administrators(client: Client) -> None:
    client.force_login(User.objects.create_user("cy", password="x", role="sender"))
    answer = client.get("/settings/staff/")
    assert answer.status_code == 403
    assert b"This is for administrators." in answer.content


def test_the_audit_log_is_read_in_words_and_searched(client: Client, boss: User) -> None:
    client.post("/account/", {"email": "boss@example.org"})
    page = client.get("/settings/audit/").content.decode()
    assert 'account <span class="muted">·</span> changed' in page
    assert "Nothing matches" in client.get("/settings/audit/?q=zzz").content.decode()

"""The screen of API keys."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mailhub.accounts.models import ApiKey, AuditEntry, User
from mailhub.accounts.services import api_keys

pytestmark = pytest.mark.django_db
WANTED = {"name": "Shop", "scopes": ["contacts:read"], "requests_per_minute": "60"}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ann", password="x"))
    return client


def test_a_new_key_is_shown_once_and_works(admin: Client) -> None:
    page = admin.post("/settings/api-keys/new/", WANTED).content.decode()
    secret = re.findall(r"mh_[A-Za-z0-9]{40}", page)[0]
    assert Client().get("/api/v1/contacts", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    listed = admin.get("/settings/api-keys/").content.decode()
    assert secret not in listed and secret[:11] in listed and "Shop" in listed


def test_who_made_a_key_is_written_down(admin: Client) -> None:
    admin.post("/settings/api-keys/new/", WANTED)
    assert ApiKey.objects.get().created_by.username == "ann"
    assert AuditEntry.objects.get().act == "api_key.created"


def test_a_key_without_rights_is_refused_beside_the_boxes(admin: Client) -> None:
    response = admin.post("/settings/api-keys/new/", {**WANTED, "scopes": []})
    assert response.status_code == 422 and not ApiKey.objects.exists()
    assert "This field is required" in response.content.decode()


def test_a_day_that_is_over_is_refused(admin: Client) -> None:
    response = admin.post("/settings/api-keys/new/", {**WANTED, "expires_on": "2020-01-01"})
    assert response.status_code == 422
    assert "expire in the past" in response.content.decode()


def test_a_revoked_key_works_no_more(admin: Client) -> None:
    made = api_keys.create("Shop", scopes=["all"])
    assert "401" in admin.get(f"/settings/api-keys/{made.key.pk}/revoke/").content.decode()
    admin.post(f"/settings/api-keys/{made.key.pk}/revoke/")
    answer = Client().get("/api/v1/tags", headers={"Authorization": f"Bearer {made.secret}"})
    assert answer.status_code == 401
    assert "revoked" in admin.get("/settings/api-keys/").content.decode()


def test_an_editor_makes_no_keys(client: Client) -> None:
    client.force_login(User.objects.create_user("bo", role="editor"))
    assert client.post("/settings/api-keys/new/", WANTED).status_code == 403
    assert not ApiKey.objects.exists()

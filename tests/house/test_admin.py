"""Every model is in the admin, and its list opens, searches and filters."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from mailhub.delivery.hashing import address_hash
from mailhub.delivery.services import suppression

ROOMS = ("accounts", "content", "delivery", "contacts", "campaigns", "reports", "transactional", "automation")
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


@pytest.fixture
def staff(client, db):
    client.force_login(get_user_model().objects.create_superuser("ann", "ann@example.org", "x"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_the_admin_and_can_be_searched(staff, model):
    assert admin.site.is_registered(model), f"{model._meta.label} is not in the admin."
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert staff.get(url).status_code == 200
    for term in ("ann@example.org", "12345678901234567890123", "²"):
        assert staff.get(url, {"q": term}).status_code == 200
    assert admin.site.get_model_admin(model).search_fields, f"{model._meta.label} cannot be searched."


@pytest.mark.parametrize(
    "name",
    [
        "Dispatch",
        "Message",
        "Chunk",
        "Due",
        "Event",
        "CompiledLetter",
        "PreparedLetter",
        "HashKey",
        "AddressRecord",
    ],
)
def test_the_ledger_and_the_events_are_only_looked_at(staff, name):
    model = apps.get_model("delivery", name)
    site = admin.site.get_model_admin(model)
    request = staff.get("/admin/").wsgi_request
    assert not site.has_add_permission(request)
    assert not site.has_change_permission(request)
    assert not site.has_delete_permission(request)


def test_events_and_suppressions_are_found_by_the_address_that_they_do_not_keep(staff):
    for name in ("ann@example.org", "bo@example.org"):
        suppression.suppress(address_hash(name), reason="manual", note=f"note of {name}")
    page = staff.get(
        reverse("admin:delivery_suppression_changelist"), {"q": " Ann@EXAMPLE.org "}
    ).content.decode()
    assert "note of ann@example.org" in page
    assert "note of bo@example.org" not in page


def test_staff_can_suppress_an_address_and_only_its_hash_is_kept(staff):
    url = reverse("admin:delivery_suppression_add")
    staff.post(
        url, {"address": "Cy@Example.org", "reason": "manual", "scope_key": "", "note": "asked by phone"}
    )
    kept = suppression.stopping(address_hash("cy@example.org"))
    assert kept is not None
    assert kept.source == "staff: ann"

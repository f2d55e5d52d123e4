"""Suppressions in the admin: added with checks, lifted one by one with a reason."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from mailhub.accounts.models import User
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from tests import factories

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"
LIST = "admin:delivery_suppression_changelist"
ADD = "admin:delivery_suppression_add"


def suppress(reason: str) -> Suppression:
    suppression.suppress(address_hash(ANN), reason=reason, source="provider")
    return Suppression.objects.get()


def add(client: Client, **changes: str) -> str:
    data = {"address": ANN, "reason": "manual", "scope_key": "", "note": "", **changes}
    return client.post(reverse(ADD), data, follow=True).content.decode()


def lift(client: Client, row: Suppression, **data: str) -> int:
    return client.post(reverse("admin:delivery_suppression_lift", args=[row.pk]), data).status_code


def test_the_same_suppression_is_refused_with_a_sentence(admin_client: Client) -> None:
    add(admin_client)
    assert "already suppressed" in add(admin_client, address="ANN@example.org")
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("scope", ["bogus:9", "brand:", "brand:999999", "list:x", "list:0", "all"])
def test_a_scope_that_names_nothing_is_refused(admin_client: Client, scope: str) -> None:
    assert "errorlist" in add(admin_client, scope_key=scope)
    assert not Suppression.objects.exists()


def test_a_scope_is_everything_a_brand_or_a_list(admin_client: Client) -> None:
    brand = f"brand:{factories.make_brand().pk}"
    for scope in ("", brand, "list:7"):
        add(admin_client, scope_key=scope)
    assert set(Suppression.objects.values_list("scope_key", flat=True)) == {"", brand, "list:7"}


def test_a_long_name_of_the_staff_fits(client: Client) -> None:
    client.force_login(User.objects.create_superuser("a" * 150, "a@example.org", "pw"))
    add(client)
    assert Suppression.objects.get().source.startswith("staff: aaa")


def test_suppressions_are_not_deleted_in_bulk_nor_one_by_one(admin_client: Client) -> None:
    row = suppress("manual")

    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    admin_client.post(reverse(LIST), chosen)
    admin_client.post(reverse("admin:delivery_suppression_delete", args=[row.pk]), {"post": "yes"})

    assert Suppression.objects.exists()


def test_lifting_wants_a_reason_and_keeps_who_and_why(admin_client: Client) -> None:
    row = suppress("manual")
    page = admin_client.get(reverse("admin:delivery_suppression_change", args=[row.pk])).content.decode()
    assert reverse("admin:delivery_suppression_lift", args=[row.pk]) in page

    assert "provider" in page  # where it came from
    assert "None" not in page.partition('id="suppression_form"')[2]

    assert lift(admin_client, row, reason="  ") == 200
    assert Suppression.objects.exists()
    assert lift(admin_client, row, reason="She asked by phone.") == 302
    assert not Suppression.objects.exists()

    entry = LogEntry.objects.get()
    assert (entry.user.get_username(), entry.object_repr) == ("admin", "manual (all)")
    assert "She asked by phone." in entry.change_message
    assert row.address_hash not in entry.change_message
    history = admin_client.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "She asked by phone." in history


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_a_bounce_or_complaint_is_confirmed_a_second_time(admin_client: Client, reason: str) -> None:
    row = suppress(reason)
    assert lift(admin_client, row, reason="It works again.") == 200
    assert Suppression.objects.exists()
    assert lift(admin_client, row, reason="It works again.", known="on") == 302
    assert not Suppression.objects.exists()


def test_who_may_only_look_lifts_nothing(client: Client) -> None:
    row = suppress("manual")
    bo = User.objects.create_user("bo", "bo@example.org", "pw", is_staff=True)
    bo.user_permissions.set(Permission.objects.filter(codename="view_suppression"))
    client.force_login(bo)

    assert client.get(reverse("admin:delivery_suppression_change", args=[row.pk])).status_code == 200
    assert lift(client, row, reason="I want to.") == 403
    assert Suppression.objects.exists()


def test_what_is_gone_cannot_be_lifted(admin_client: Client) -> None:
    row = suppress("manual")
    suppression.lift(row.address_hash, reason="manual")
    assert lift(admin_client, row, reason="Once more.") == 404

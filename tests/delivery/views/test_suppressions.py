"""The screen of suppressions, through the door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from contacts.services import people
from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from mailhub.delivery.services.suppression import Entry

pytestmark = pytest.mark.django_db


def signed_in(role: str, **flags: Any) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, password="pw", role=role, **flags))
    return client


def suppress(email: str, reason: str = "manual", **fields: Any) -> Suppression:
    suppression.suppress(address_hash(email), reason=reason, **fields)
    return Suppression.objects.get(address_hash=address_hash(email), reason=reason)


def text(client: Client, query: str = "") -> str:
    response = client.get(f"/suppressions/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_an_address_is_shown_where_its_contact_is_here_and_a_hash_where_not() -> None:
    ann = people.create("ann@example.org")
    suppress("ann@example.org", "complaint")
    gone = suppress("bo@example.org")
    page = text(signed_in("viewer"))
    assert "ann@example.org" in page
    assert gone.address_hash[:12] in page
    masked = text(signed_in("editor", sees_addresses=False))
    assert "ann@example.org" not in masked
    assert ann.email


def test_an_address_is_found_by_its_hash() -> None:
    suppress("ann@example.org", note="from the fair")
    suppress("bo@example.org", note="by letter")
    client = signed_in("viewer")
    page = text(client, "?q=ANN@Example.org")
    assert "from the fair" in page
    assert "by letter" not in page
    assert "This is not an e-mail address" in text(client, "?q=ann")
    assert "Nothing matches" in text(client, "?q=cy@example.org")


def test_the_filters_narrow_it_down() -> None:
    suppress("ann@example.org", "complaint", note="one", source="staff: bo")
    suppress("bo@example.org", "manual", note="two", scope_key="brand:3", source="import 7: x")
    client = signed_in("viewer")
    for query, there, away in (
        ("?reason=complaint", "one", "two"),
        ("?scope=brand:3", "two", "one"),
        ("?scope=all", "one", "two"),
        ("?source=import", "two", "one"),
    ):
        page = text(client, query)
        assert f">{there}<" in page
        assert f">{away}<" not in page
    assert text(client, "?reason=nonsense&source=nonsense&cursor=rubbish")


def test_many_addresses_are_pasted_at_once() -> None:
    suppress("ann@example.org", "complaint")
    data = {
        "addresses": "ann@example.org\nbo@example.org, Cy@Example.org;",
        "reason": "complaint",
        "note": "n",
    }
    response = signed_in("editor").post("/suppressions/new/", data)
    assert response.headers["Location"] == "/suppressions/"
    assert Suppression.objects.filter(reason="complaint").count() == 3
    assert AuditEntry.objects.get().detail == {"reason": "complaint", "count": 2}


def test_a_wrong_address_among_them_adds_none() -> None:
    data = {"addresses": "ann@example.org\nrubbish", "reason": "manual"}
    response = signed_in("editor").post("/suppressions/new/", data)
    assert response.status_code == 422
    assert "“rubbish”" in response.content.decode()
    assert not Suppression.objects.exists()


def test_lifting_wants_a_reason_and_is_kept() -> None:
    row, client = suppress("ann@example.org"), signed_in("editor")
    assert client.post(f"/suppressions/{row.pk}/lift/", {"reason": ""}).status_code == 422
    client.post(f"/suppressions/{row.pk}/lift/", {"reason": "a mistake"})
    assert not Suppression.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.detail["why"]) == ("suppression.lifted", "a mistake")


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint"])
def test_a_bounce_or_complaint_is_lifted_by_administrators_who_say_so_twice(reason: str) -> None:
    row = suppress("ann@example.org", reason)
    path = f"/suppressions/{row.pk}/lift/"
    assert signed_in("sender").post(path, {"reason": "x", "known": "on"}).status_code == 403
    admin = signed_in("admin")
    assert admin.post(path, {"reason": "x"}).status_code == 422
    admin.post(path, {"reason": "x", "known": "on"})
    assert not Suppression.objects.exists()


def test_the_export_holds_what_the_filter_shows() -> None:
    people.create("ann@example.org")
    suppress("ann@example.org", "complaint")
    suppress("bo@example.org")
    client = signed_in("viewer", may_export=True)
    lines = b"".join(client.get("/suppressions/export/?reason=complaint")).decode()  # type: ignore[call-overload]
    assert "ann@example.org" in lines
    assert len(lines.splitlines()) == 2


def test_pages_go_on_and_come_back() -> None:
    hashes = [address_hash(f"p{number}@example.org") for number in range(60)]
    suppression.suppress_many(Entry(hashed, "manual") for hashed in hashes)
    client = signed_in("viewer")
    assert 'rel="next"' in text(client)


def test_a_viewer_changes_nothing() -> None:
    row, client = suppress("ann@example.org"), signed_in("viewer")
    for path in ("new/", f"{row.pk}/lift/"):
        assert client.get(f"/suppressions/{path}").status_code == 403
        assert client.post(f"/suppressions/{path}").status_code == 403
    assert client.get("/suppressions/export/").status_code == 403


def test_a_suppression_that_is_not_there_is_a_404() -> None:
    assert signed_in("admin").get("/suppressions/999/lift/").status_code == 404

"""One's own account: what is kept of how somebody likes the screens."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User

pytestmark = pytest.mark.django_db
NARROW = b"narrow-navigation"


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_user("ann", "ann@example.org", "x", role="viewer"))
    return client


def test_the_navigation_can_be_icons_only_and_stays_so(signed_in: Client) -> None:
    assert NARROW not in signed_in.get("/account/").content
    answer = signed_in.post("/account/navigation/", {"narrow": "1", "next": "/contacts/?q=ann"})
    assert answer.headers["Location"] == "/contacts/?q=ann"
    assert NARROW in signed_in.get("/account/").content
    signed_in.post("/account/navigation/", {"narrow": "0"})
    assert NARROW not in signed_in.get("/account/").content
    # How somebody likes the screen is no act.
    assert not AuditEntry.objects.exists()
